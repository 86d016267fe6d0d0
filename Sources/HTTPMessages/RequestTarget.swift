// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// The path and query that a request line names (RFC 9112 section 3.2).
public struct RequestTarget: Hashable, Sendable {
  /// Decoded; its spelling does not lead out of the archive. Nil for `/` itself.
  public let path: ArchivePath?
  /// Whether it ended in `/`, and so names a directory.
  public let isDirectory: Bool
  /// What follows the `?`, as it was sent.
  public let query: String?

  /// Reads origin-form (`/dists/...?query`) or absolute-form (`http://host/dists/...`), which a
  /// server must accept as well.
  ///
  /// - Throws: a `Refusal`, which says how to answer.
  public init(_ text: String) throws(Refusal) {
    let form = try Self.originForm(text)
    let encoded = form.prefix { $0 != 0x3F && $0 != 0x23 }
    let rest = form[encoded.endIndex...]
    query = rest.first == 0x3F ? String(Substring(rest.dropFirst())) : nil
    var bytes = try Self.percentDecoded(encoded.dropFirst())
    isDirectory = bytes.isEmpty || bytes.last == 0x2F
    guard !bytes.isEmpty else {
      path = nil
      return
    }
    if isDirectory { bytes.removeLast() }
    guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .malformed }
    do throws(ArchivePath.Defect) {
      path = try ArchivePath(decoded)
    } catch {
      throw Refusal(error)
    }
  }

  /// The value of `name` in the query, percent signs decoded; of several the first.
  public func parameter(_ name: String) -> String? {
    for pair in (query ?? "").utf8.split(separator: 0x26) {
      let halves = pair.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2, halves[0].elementsEqual(name.utf8) else { continue }
      return (try? Self.percentDecoded(halves[1])).flatMap {
        String(validating: $0, as: UTF8.self)
      }
    }
    return nil
  }

  /// What begins with the path's `/`.
  private static func originForm(_ text: String) throws(Refusal) -> Substring.UTF8View {
    if text.utf8.first == 0x2F { return text[...].utf8 }
    let scheme = text.prefix { $0 != ":" }.lowercased()
    guard scheme == "http" || scheme == "https", text.dropFirst(scheme.count).hasPrefix("://")
    else { throw .malformed }
    let authority = text.utf8.dropFirst(scheme.utf8.count + 3)
    guard let slash = authority.firstIndex(of: 0x2F) else { return "/"[...].utf8 }
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
      guard let high = rest.next().flatMap(Hex.value), let low = rest.next().flatMap(Hex.value)
      else { throw .malformed }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  /// Why no path was found.
  public enum Refusal: Error, Hashable, Sendable {
    /// 400: no client that means well sends this.
    case malformed
    /// 404: well formed, but no file can be called so.
    case absent

    init(_ defect: ArchivePath.Defect) {
      self =
        switch defect {
        case .dotComponent, .controlCharacter, .notUTF8: .malformed
        case .empty, .emptyComponent, .absolute, .tooLong: .absent
        }
    }
  }
}
