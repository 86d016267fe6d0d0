// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Refuses XML that would take the library long or let it do what it should not, before it sees any.
///
/// Knows no more of XML than where tags begin and end. Up to the first error in a document, at
/// which the library stops, both agree on that.
struct XMLScreen {
  private let name: String
  private let limits: MetadataLimits

  init(name: String, limits: MetadataLimits) {
    self.name = name
    self.limits = limits
  }

  /// Checks size and encoding, then each piece of markup.
  func check(_ bytes: [UInt8]) throws(ArchiveError) {
    guard bytes.count <= limits.metalinkBytes else {
      throw failure("\(bytes.count) bytes, expected no more than \(limits.metalinkBytes)")
    }
    // In any other encoding, markup could look like text here.
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
      throw failure("the document is not UTF-8")
    }
    if let encoding = Self.declaredEncoding(bytes), encoding != "utf-8", encoding != "us-ascii" {
      throw failure("the document says it is \(encoding.excerpt), expected UTF-8")
    }
    var rest = bytes[...]
    var tags = 0
    var namespaces = 0
    while let start = rest.firstIndex(of: 0x3C) {
      rest = bytes[start...]
      if skip("<!--", "-->", &rest) || skip("<![CDATA[", "]]>", &rest) || skip("<?", "?>", &rest) {
        continue
      }
      guard !rest.starts(with: "<!".utf8) else {
        throw failure("the document declares a type or an entity", at: start)
      }
      tags += 1
      guard tags <= 2 * limits.elements else {
        throw failure("more than \(limits.elements) elements", at: start)
      }
      namespaces += try tag(&rest)
      guard namespaces <= limits.namespaces else {
        throw failure("more than \(limits.namespaces) namespaces", at: start)
      }
    }
  }

  /// Passes over what `start` begins and `end` ends; false when something else begins here.
  private func skip(
    _ start: StaticString, _ end: StaticString, _ rest: inout ArraySlice<UInt8>
  ) -> Bool {
    func text(_ string: StaticString) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(start: string.utf8Start, count: string.utf8CodeUnitCount)
    }
    guard rest.starts(with: text(start)) else { return false }
    rest = rest.dropFirst(start.utf8CodeUnitCount)
    while let first = rest.firstIndex(of: end.utf8Start[0]) {
      rest = rest[first...]
      if rest.starts(with: text(end)) {
        rest = rest.dropFirst(end.utf8CodeUnitCount)
        return true
      }
      rest = rest.dropFirst()
    }
    rest = rest[rest.endIndex...]
    return true
  }

  /// Passes over a tag, and tells how many namespaces it may declare.
  private func tag(_ rest: inout ArraySlice<UInt8>) throws(ArchiveError) -> Int {
    let start = rest.startIndex
    var quote: UInt8?
    var attributes = 0
    var namespaces = 0
    for index in rest.indices {
      let byte = rest[index]
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      switch byte {
      case 0x22, 0x27: quote = byte
      case 0x3D: attributes += 1
      case 0x78 where rest[index...].starts(with: "xmlns".utf8): namespaces += 1
      case 0x3E:
        rest = rest[(index + 1)...]
        return namespaces
      default: break
      }
      guard attributes <= limits.attributes else {
        throw failure("more than \(limits.attributes) attributes of one element", at: start)
      }
    }
    rest = rest[rest.endIndex...]
    return namespaces
  }

  /// The encoding of `<?xml version="1.0" encoding="..."?>` in lower case; empty when there is none
  /// where it should be.
  private static func declaredEncoding(_ bytes: [UInt8]) -> String? {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard bytes[start...].starts(with: "<?xml".utf8) else { return nil }
    // A declaration has no '>' but the one at its end.
    let declaration = String(decoding: bytes[start...].prefix { $0 != 0x3E }, as: UTF8.self)
    guard let key = declaration.firstRange(of: "encoding") else { return nil }
    let parts = declaration[key.upperBound...].split(
      maxSplits: 2, omittingEmptySubsequences: false, whereSeparator: { "\"'".contains($0) })
    return parts.count == 3 ? parts[1].lowercased() : ""
  }

  private func failure(_ reason: String, at offset: Int? = nil) -> ArchiveError {
    let place = ArchiveError.Place(file: name, offset: offset.map { UInt64($0) })
    return ArchiveError(.data, reason, at: place)
  }
}
