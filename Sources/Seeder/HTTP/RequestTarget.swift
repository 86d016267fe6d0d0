// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// The path that a request line names (RFC 9112 section 3.2).
package struct RequestTarget: Hashable, Sendable {
  /// Decoded; its spelling does not lead out of the archive.
  package let path: ArchivePath

  /// Reads origin-form (`/dists/...?query`) or absolute-form (`http://host/dists/...`), which a
  /// server must accept as well. The query is dropped: no file depends on one.
  ///
  /// - Throws: a `Refusal`, which says how to answer.
  package init(_ text: String) throws(Refusal) {
    let path = try Self.originForm(text).prefix { $0 != 0x3F }
    let bytes = try Self.percentDecoded(path.dropFirst())
    guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .malformed }
    do throws(ArchivePath.Defect) {
      self.path = try ArchivePath(decoded)
    } catch {
      throw Refusal(error)
    }
  }

  /// What begins with the path's `/`.
  private static func originForm(_ text: String) throws(Refusal) -> Substring.UTF8View {
    if text.utf8.first == 0x2F { return text[...].utf8 }
    guard text.prefix(7).lowercased() == "http://" else { throw .malformed }
    guard let slash = text.utf8.dropFirst(7).firstIndex(of: 0x2F) else { throw .absent }
    return text[slash...].utf8
  }

  /// RFC 3986 section 2.1; apt writes `%2b` and `%7e`. A `+` is a plus sign, as in every path.
  private static func percentDecoded(_ text: Substring.UTF8View) throws(Refusal) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text.makeIterator()
    while let byte = rest.next() {
      if byte != 0x25 {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next().flatMap(nibble), let low = rest.next().flatMap(nibble) else {
        throw .malformed
      }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// Why no path was found.
  package enum Refusal: Error, Hashable, Sendable {
    /// 400: no client that means well sends this.
    case malformed
    /// 404: well formed, but no file can be called so.
    case absent

    init(_ defect: ArchivePath.Defect) {
      self =
        switch defect {
        case .dotComponent, .controlCharacter, .notUTF8: .malformed
        // Directories end in `/`; there are no listings.
        case .empty, .emptyComponent, .absolute, .tooLong: .absent
        }
    }
  }
}
