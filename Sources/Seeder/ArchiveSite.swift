// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel

/// Which file answers to which path: the archive, and the overlay below its prefix.
package struct ArchiveSite: Sendable {
  private let archive: ArchiveRoot
  private let overlay: ArchiveRoot?
  private let prefix: String

  package init(_ configuration: SeederConfiguration) {
    archive = configuration.archive
    overlay = configuration.overlay
    prefix = configuration.overlayPrefix
  }

  /// Opens what `path` names, nil when that is nothing. Blocks on the disk.
  ///
  /// - Throws: `ArchiveError` as `ArchiveRoot.open` does.
  package func open(_ path: ArchivePath) throws(ArchiveError) -> Descriptor? {
    if let size = Padding.size(of: path) { return try Padding.open(size: size) }
    if path.isHidden { return nil }
    guard let overlay, path.isBelow(prefix) else {
      return path.isBelow("dists") || path.isBelow("pool") ? try archive.open(path) : nil
    }
    let rest = path.string.utf8.dropFirst(prefix.utf8.count + 1)
    guard let inside = try? ArchivePath(String(Substring(rest))) else { return nil }
    // The overlay's indices name files of the archive's own pool. The link to it that the overlay
    // holds for other web servers leads out of its root, and so is never followed here.
    return inside.isBelow("pool") ? try archive.open(inside) : try overlay.open(inside)
  }
}

extension ArchivePath {
  /// Whether a component begins with `.`: what mirror tools leave half written.
  var isHidden: Bool { string.utf8.split(separator: 0x2F).contains { $0.first == 0x2E } }

  func isBelow(_ directory: String) -> Bool { string.utf8.starts(with: "\(directory)/".utf8) }
}
