// SPDX-License-Identifier: Apache-2.0

/// The fields of a request that choose between a representation, a part of it, and neither.
public struct RequestConditions: Hashable, Sendable {
  public var ifMatch: String?
  public var ifNoneMatch: String?
  public var ifModifiedSince: String?
  public var ifUnmodifiedSince: String?
  public var ifRange: String?
  /// Nil also where Range is malformed, and so ignored.
  public var range: ByteRangeSet?

  public init() {}

  /// What a request comes to.
  public enum Outcome: Hashable, Sendable {
    /// 200: all of it.
    case whole
    /// 206: these bytes.
    case part(Range<UInt64>)
    /// 206, multipart/byteranges: at least two, none overlapping.
    case parts([Range<UInt64>])
    /// 304.
    case notModified
    /// 412.
    case preconditionFailed
    /// 416.
    case unsatisfiable
  }

  /// Evaluates the fields in the order of RFC 9110 section 13.2.2.
  ///
  /// `isGet` is false for HEAD, for which Range is not defined (section 14.2).
  public func outcome(
    for file: Representation, isGet: Bool, now: HTTPDate
  ) -> Outcome {
    let modified = file.lastModified(now: now)
    if let ifMatch {
      let matches = EntityTagList(ifMatch)?.contains { $0.stronglyMatches(file.tag) } ?? false
      if !matches { return .preconditionFailed }
    } else if let date = ifUnmodifiedSince.flatMap({ HTTPDate($0, now: now) }),
      let modified, modified > date
    {
      return .preconditionFailed
    }
    if let ifNoneMatch {
      let matches = EntityTagList(ifNoneMatch)?.contains { $0.weaklyMatches(file.tag) } ?? false
      if matches { return .notModified }
    } else if let date = ifModifiedSince.flatMap({ HTTPDate($0, now: now) }),
      let modified, modified <= date
    {
      return .notModified
    }
    guard isGet, let range, rangeApplies(to: file, now: now) else { return .whole }
    if let single = range.single { return Self.part(single.resolved(size: file.size)) }
    let parts = range.resolved(size: file.size)
    return parts.count > 1 ? .parts(parts) : Self.part(parts.first)
  }

  private static func part(_ bytes: Range<UInt64>?) -> Outcome {
    guard let bytes else { return .unsatisfiable }
    // Content-Range cannot say that a part has no bytes.
    return bytes.isEmpty ? .whole : .part(bytes)
  }

  /// If-Range (RFC 9110 section 13.1.5): the client's part is of this very file.
  private func rangeApplies(to file: Representation, now: HTTPDate) -> Bool {
    guard let ifRange else { return true }
    if let tag = EntityTag(ifRange) { return tag.stronglyMatches(file.tag) }
    // A date is a strong validator only when it is older than the answer (section 8.8.2.2):
    // within its own second the file may have changed twice.
    guard let date = HTTPDate(ifRange, now: now) else { return false }
    return date == file.modified && date < now
  }
}
