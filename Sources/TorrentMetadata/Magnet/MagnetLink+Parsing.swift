// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

extension MagnetLink {
  /// Reads a link.
  ///
  /// - Throws: `ArchiveError` for a link that names no torrent, for a value that is malformed or
  ///   given twice where one is meant, and for one that is too long.
  public init(
    _ text: String, limits: MetadataLimits = MetadataLimits()
  ) throws(ArchiveError) {
    let bytes = text.utf8
    guard bytes.count <= limits.magnetBytes else {
      throw Self.failure("\(bytes.count) bytes, expected no more than \(limits.magnetBytes)")
    }
    let prefix = "magnet:?"
    guard text.prefix(prefix.count).lowercased() == prefix else {
      throw Self.failure("expected 'magnet:?'")
    }
    for parameter in bytes.dropFirst(prefix.utf8.count).split(separator: 0x26) {
      let separator = parameter.firstIndex(of: 0x3D) ?? parameter.endIndex
      let key = String(decoding: parameter[..<separator], as: UTF8.self).lowercased()
      let value = parameter[separator...].dropFirst()
      guard var decoded = PercentEncoding.decode(value) else {
        throw Self.failure("'\(key.excerpt)' has a '%' without two digits behind it")
      }
      // Only names are commonly written by web forms, where a plus is a blank.
      if key == "dn" { decoded = Self.decodeName(value) ?? decoded }
      guard let text = String(validating: decoded, as: UTF8.self) else {
        throw Self.failure("'\(key.excerpt)' is not UTF-8")
      }
      try take(key, text)
    }
    guard v1Hash != nil || v2Hash != nil else {
      throw Self.failure("expected 'xt' with 'urn:btih:' or 'urn:btmh:'")
    }
  }

  private mutating func take(_ key: String, _ value: String) throws(ArchiveError) {
    // Several of a kind are also written with a number, as `tr.1`.
    let parts = key.split(separator: ".", maxSplits: 1)
    let isNumbered = parts.count == 2 && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
    switch isNumbered ? String(parts[0]) : key {
    case "xt": try takeTopic(value)
    case "dn": try set(\.name, key, Self.name(value))
    case "xl":
      guard let size = Self.decimal(value) else {
        throw Self.failure("'xl' is '\(value.excerpt)', expected a number")
      }
      try set(\.size, key, ByteCount(size))
    case "tr": trackers.append(try Self.url(key, value))
    case "ws": webSeeds.append(try Self.url(key, value))
    case "as": sources.append(try Self.url(key, value))
    case "x.pe":
      guard let peer = PeerAddress(value) else {
        throw Self.failure("'x.pe' is '\(value.excerpt)', expected host and port")
      }
      peers.append(peer)
    case "so":
      guard selected.isEmpty else { throw Self.failure("'so' is given twice") }
      selected = try Self.ranges(value)
    default: otherKeys.append(key)
    }
  }

  private mutating func takeTopic(_ value: String) throws(ArchiveError) {
    let lower = value.lowercased()
    if lower.hasPrefix("urn:btih:") {
      guard let hash = Self.v1Hash(value.dropFirst(9)) else {
        throw Self.failure(
          "'\(value.excerpt)' is no info hash of 40 hexadecimal or 32 base32 digits")
      }
      try set(\.v1Hash, "xt=urn:btih", hash)
    } else if lower.hasPrefix("urn:btmh:") {
      // 12 is SHA-256 and 20 its length in bytes, both hexadecimal.
      guard lower.dropFirst(9).hasPrefix("1220"),
        let hash = SHA256Digest(hex: String(value.dropFirst(13)))
      else {
        throw Self.failure("'\(value.excerpt)' is no multihash of SHA-256: 1220 and 64 digits")
      }
      try set(\.v2Hash, "xt=urn:btmh", hash)
    } else {
      otherKeys.append("xt")
    }
  }

  private static func v1Hash(_ text: Substring) -> InfoHash? {
    switch text.utf8.count {
    case 40: InfoHash(hex: String(text))
    case 32: Base32.decode(text.utf8).flatMap { InfoHash(bytes: $0) }
    default: nil
    }
  }

  private mutating func set<T: Equatable>(
    _ field: WritableKeyPath<MagnetLink, T?>, _ key: String, _ value: T
  ) throws(ArchiveError) {
    guard self[keyPath: field] == nil || self[keyPath: field] == value else {
      throw Self.failure("'\(key)' is given twice")
    }
    self[keyPath: field] = value
  }

  private static func decodeName(_ value: some Sequence<UInt8>) -> [UInt8]? {
    PercentEncoding.decode(value.map { $0 == 0x2B ? 0x20 : $0 })
  }

  private static func name(_ text: String) throws(ArchiveError) -> ArchivePath {
    guard !text.utf8.contains(0x2F) else { throw failure("'dn' is a path, expected a name") }
    do throws(ArchivePath.Defect) {
      return try ArchivePath(text)
    } catch {
      throw failure("'dn': \(error)")
    }
  }

  private static func url(_ key: String, _ text: String) throws(ArchiveError) -> AbsoluteURL {
    guard let url = AbsoluteURL(text) else {
      throw failure("'\(key)' is '\(text.excerpt)', expected a URL")
    }
    return url
  }

  /// `0,2,4-6` (BEP 53).
  private static func ranges(_ text: String) throws(ArchiveError) -> [ClosedRange<UInt32>] {
    var ranges: [ClosedRange<UInt32>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
        .map { decimal($0).flatMap { UInt32(exactly: $0) } }
      guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
        first <= last, last < .max
      else { throw failure("'so' has '\(part.excerpt)', expected a number or two with '-'") }
      ranges.append(first...last)
    }
    return ranges
  }

  private static func decimal(_ text: some StringProtocol) -> UInt64? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(text) : nil
  }

  private static func failure(_ reason: String) -> ArchiveError {
    ArchiveError(.data, "the magnet link: \(reason)")
  }
}
