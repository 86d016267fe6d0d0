// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import HTTPMessages

/// A file by its tree and its path in it.
package struct Place: Hashable, Sendable {
  /// Which tree.
  package enum Tree: Hashable, Sendable { case archive, overlay }

  package let tree: Tree
  /// Nil for the tree's root.
  package let path: ArchivePath?

  package init(_ tree: Tree, _ path: ArchivePath?) {
    self.tree = tree
    self.path = path
  }
}

/// What a request target names.
package enum Route: Hashable, Sendable {
  case file(Place)
  case directory(Place)
  /// So many zeros (BEP 47 padding files).
  case pad(UInt64)
  /// `/content/sha256/<hex>`: a content by what it is.
  case content(SHA256Digest)
  /// `/pieces/<torrent id>`.
  case torrent(TorrentID)
  /// `/pieces/<torrent id>/<number>`.
  case piece(TorrentID, PieceNumber)
  /// Nothing can be there.
  case nothing

  /// Finds out what `target` names, where the overlay is below `prefix`.
  package init(_ target: RequestTarget, prefix: String, limits: RequestLimits = RequestLimits()) {
    guard let path = target.path else {
      self = .directory(Place(.archive, nil))
      return
    }
    let parts = path.string.utf8.split(separator: 0x2F)
    switch parts.first {
    case .some(let first) where first.elementsEqual("content".utf8):
      self = target.isDirectory ? .nothing : Self.content(parts)
    case .some(let first) where first.elementsEqual("pieces".utf8):
      self = target.isDirectory ? .nothing : Self.piece(parts)
    default: self = Self.tree(path, target.isDirectory, prefix, limits)
    }
  }

  private static func tree(
    _ path: ArchivePath, _ isDirectory: Bool, _ prefix: String, _ limits: RequestLimits
  ) -> Route {
    var place = Place(.archive, path)
    if path.string == prefix {
      place = Place(.overlay, nil)
    } else if path.isBelow(prefix) {
      let rest = String(path.string.utf8.dropFirst(prefix.utf8.count + 1)) ?? ""
      // Without its first components a safe path is one still.
      guard let inside = try? ArchivePath(rest) else { return .nothing }
      // The overlay's indices name files of the archive's own pool. The link to it that the
      // overlay holds for other web servers leads out of its root, and so is never followed here.
      let isPool = inside.string == "pool" || inside.isBelow("pool")
      place = Place(isPool ? .archive : .overlay, inside)
    }
    if let path = place.path {
      if !isDirectory, let pad = pad(path, limits) { return pad }
      if path.isHidden { return .nothing }
    }
    return isDirectory ? .directory(place) : .file(place)
  }

  /// `.pad/<n>` in any directory, for a torrent's padding lies below its name (BEP 47); nil for
  /// other paths.
  private static func pad(_ path: ArchivePath, _ limits: RequestLimits) -> Route? {
    let parts = path.string.utf8.split(separator: 0x2F).suffix(2)
    guard parts.count == 2, let first = parts.first, first.elementsEqual(".pad".utf8),
      let digits = parts.last
    else { return nil }
    guard digits.first != 0x30, digits.allSatisfy({ $0.isDigit }),
      let count = UInt64(String(Substring(digits))), count <= limits.padBytes
    else { return .nothing }
    return .pad(count)
  }

  private static func content(_ parts: [Substring.UTF8View]) -> Route {
    guard parts.count == 3, parts[1].elementsEqual("sha256".utf8),
      let digest = SHA256Digest(hex: String(Substring(parts[2])))
    else { return .nothing }
    return .content(digest)
  }

  private static func piece(_ parts: [Substring.UTF8View]) -> Route {
    guard parts.count == 2 || parts.count == 3,
      let torrent = TorrentID(hex: String(Substring(parts[1])))
    else { return .nothing }
    if parts.count == 2 { return .torrent(torrent) }
    guard parts[2].allSatisfy({ $0.isDigit }), let number = UInt32(Substring(parts[2])) else {
      return .nothing
    }
    return .piece(torrent, PieceNumber(number))
  }

  /// The methods that apply to what is named.
  package var allowedMethods: String {
    if case .torrent = self { "GET, HEAD, OPTIONS, POST" } else { "GET, HEAD, OPTIONS" }
  }
}

extension ArchivePath {
  /// Whether a component begins with `.`: what mirror tools leave half written.
  var isHidden: Bool { string.utf8.split(separator: 0x2F).contains { $0.first == 0x2E } }

  func isBelow(_ directory: String) -> Bool { string.utf8.starts(with: "\(directory)/".utf8) }

  /// The path without its last `count` bytes; nil when that is none.
  func dropping(suffix: String) -> ArchivePath? {
    guard string.utf8.count > suffix.utf8.count, string.hasSuffix(suffix) else { return nil }
    return try? ArchivePath(String(string.dropLast(suffix.count)))
  }
}
