// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// The SHA-256 of a whole file as an HTTP header.
public enum DigestHeader: Hashable, Sendable, CaseIterable {
  /// `Digest: SHA-256=<base64>` (RFC 3230), which RFC 6249 asks for.
  case digest
  /// `Repr-Digest: sha-256=:<base64>:` (RFC 9530), its successor.
  case reprDigest

  /// The header's name.
  public var name: String {
    switch self {
    case .digest: "Digest"
    case .reprDigest: "Repr-Digest"
    }
  }

  /// The header's value.
  public func value(_ digest: SHA256Digest) -> String {
    let text = Base64.encode(digest.bytes)
    return switch self {
    case .digest: "SHA-256=\(text)"
    case .reprDigest: "sha-256=:\(text):"
    }
  }

  /// The SHA-256 in a value, which may hold digests of other kinds; nil when there is none, it is
  /// malformed, or the value is too long.
  public func sha256(in value: String, limits: MetadataLimits = MetadataLimits()) -> SHA256Digest? {
    guard value.utf8.count <= limits.headerBytes else { return nil }
    for member in value.utf8.split(separator: 0x2C) {
      let text = member.trimmed
      guard let separator = text.firstIndex(of: 0x3D) else { continue }
      guard String(decoding: text[..<separator], as: UTF8.self).lowercased() == "sha-256" else {
        continue
      }
      return bytes(text[separator...].dropFirst()).flatMap { SHA256Digest($0) }
    }
    return nil
  }

  private func bytes(_ text: Substring.UTF8View) -> [UInt8]? {
    guard self == .reprDigest else { return Base64.decode(text) }
    // RFC 9651: a byte sequence ends at its second colon, parameters may follow.
    guard text.first == 0x3A, let end = text.dropFirst().firstIndex(of: 0x3A) else { return nil }
    return Base64.decode(text.dropFirst()[..<end])
  }
}

extension BidirectionalCollection<UInt8> {
  /// Without blanks, tabs and line ends around it.
  var trimmed: SubSequence {
    let isBlank: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    guard let last = lastIndex(where: { !isBlank($0) }) else { return self[endIndex...] }
    return self[...last].drop(while: isBlank)
  }
}
