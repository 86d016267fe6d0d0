// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel

/// The trees that are served.
package struct ArchiveSite: Sendable {
  package let archive: ArchiveRoot
  package let overlay: ArchiveRoot?

  package init(archive: ArchiveRoot, overlay: ArchiveRoot?) {
    self.archive = archive
    self.overlay = overlay
  }

  /// The tree of `place`; nil where there is no overlay.
  package func root(_ place: Place) -> ArchiveRoot? {
    place.tree == .archive ? archive : overlay
  }

  /// Opens what `place` names, nil when that is nothing. Blocks on the disk.
  ///
  /// - Throws: `ArchiveError` as `ArchiveRoot.open` does.
  package func open(_ place: Place) throws(ArchiveError) -> OpenFile? {
    guard let path = place.path, let root = root(place), let descriptor = try root.open(path) else {
      return nil
    }
    return try OpenFile(descriptor)
  }
}
