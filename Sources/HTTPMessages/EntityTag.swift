// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// `entity-tag = [ weak ] opaque-tag` (RFC 9110 section 8.8.3).
public struct EntityTag: Hashable, Sendable {
  /// What stands between the quotation marks.
  public let opaque: String
  /// Whether it came with `W/`.
  public let isWeak: Bool

  public init(opaque: String, isWeak: Bool = false) {
    self.opaque = opaque
    self.isWeak = isWeak
  }

  /// The tag of a file: a swap of the file changes its inode, a write in place its mtime.
  ///
  /// Strong as far as the clock of the file system is finer than two writes lie apart; an archive
  /// replaces files by rename.
  public init(inode: UInt64, size: UInt64, modified: Int64) {
    func hex(_ number: some BinaryInteger) -> String { String(number, radix: 16) }
    self.init(opaque: "\(hex(inode))-\(hex(size))-\(hex(modified))")
  }

  /// The tag of a content: the same wherever and whenever it is served.
  public init(_ sha256: SHA256Digest) { self.init(opaque: "\(sha256)") }

  /// Reads exactly one tag; nil for anything else.
  public init?(_ text: String) {
    guard case .some(.tags(let tags)) = EntityTagList(text), tags.count == 1 else { return nil }
    self = tags[0]
  }

  /// Both strong, and the same (RFC 9110 section 8.8.3.2).
  public func stronglyMatches(_ other: EntityTag) -> Bool {
    !isWeak && !other.isWeak && opaque == other.opaque
  }

  /// The same, weak or not (RFC 9110 section 8.8.3.2).
  public func weaklyMatches(_ other: EntityTag) -> Bool { opaque == other.opaque }
}

extension EntityTag: CustomStringConvertible {
  public var description: String { (isWeak ? "W/\"" : "\"") + opaque + "\"" }
}

/// `"*" / #entity-tag`, the value of If-Match and If-None-Match.
public enum EntityTagList: Hashable, Sendable {
  /// `*`: any representation will do.
  case any
  /// The tags, in their order.
  case tags([EntityTag])

  /// Reads the value; nil when it is malformed.
  public init?(_ text: String) {
    var rest = Substring(text).trimmingBlanks()
    if rest == "*" {
      self = .any
      return
    }
    var tags: [EntityTag] = []
    while !rest.isEmpty {
      // A recipient skips empty elements (RFC 9110 section 5.6.1.2).
      if rest.first == "," {
        rest = rest.dropFirst().trimmingBlanks()
        continue
      }
      let isWeak = rest.hasPrefix("W/")
      if isWeak { rest = rest.dropFirst(2) }
      guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return nil }
      guard tags.count < RequestLimits().entityTags else { break }
      tags.append(EntityTag(opaque: String(rest[..<end].dropFirst()), isWeak: isWeak))
      rest = rest[end...].dropFirst().trimmingBlanks()
      guard rest.isEmpty || rest.first == "," else { return nil }
    }
    if tags.isEmpty { return nil }
    self = .tags(tags)
  }

  /// Whether any element matches by `comparison`.
  public func contains(where comparison: (EntityTag) -> Bool) -> Bool {
    switch self {
    case .any: true
    case .tags(let tags): tags.contains(where: comparison)
    }
  }
}

extension Substring {
  /// Without OWS (RFC 9110 section 5.6.3) at either end.
  func trimmingBlanks() -> Substring {
    var rest = drop { $0 == " " || $0 == "\t" }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return rest
  }
}
