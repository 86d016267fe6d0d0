// SPDX-License-Identifier: Apache-2.0

/// What HTTP says about a file besides its bytes (RFC 9110 section 8).
public struct Representation: Hashable, Sendable {
  public let size: UInt64
  public let tag: EntityTag
  /// Nil for what has no date of its own, as a piece.
  public let modified: HTTPDate?
  public let mediaType: String
  public var cacheControl: String?
  /// Further fields that describe it: digests and links.
  public var further: [Field] = []

  public init(
    size: UInt64, tag: EntityTag, modified: HTTPDate?, mediaType: String,
    cacheControl: String? = nil, further: [Field] = []
  ) {
    self.size = size
    self.tag = tag
    self.modified = modified
    self.mediaType = mediaType
    self.cacheControl = cacheControl
    self.further = further
  }

  /// Last-Modified never lies ahead of Date (RFC 9110 section 8.8.2.1).
  public func lastModified(now: HTTPDate) -> HTTPDate? { modified.map { min($0, now) } }

  /// What a 200 and a 206 say of it.
  public func described(now: HTTPDate) -> EntityFields {
    EntityFields(
      [Field("Content-Type", mediaType), Field("Accept-Ranges", "bytes")] + identity(now: now)
        + further)
  }

  /// What a 206 of several parts says: Content-Type is each part's own.
  public func describedInParts(now: HTTPDate) -> EntityFields {
    EntityFields([Field("Accept-Ranges", "bytes")] + identity(now: now) + further)
  }

  /// What a 304 says (RFC 9110 section 15.4.5): the validators, and none of what describes the
  /// content.
  public func identified(now: HTTPDate) -> EntityFields { EntityFields(identity(now: now)) }

  private func identity(now: HTTPDate) -> [Field] {
    var fields = [Field("ETag", tag.description)]
    if let date = lastModified(now: now) { fields.append(Field("Last-Modified", "\(date)")) }
    if let cacheControl { fields.append(Field("Cache-Control", cacheControl)) }
    return fields
  }
}
