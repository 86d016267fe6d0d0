// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Finds an open file that is certain to hold a content, on a thread that may wait for a disk.
enum HeldContent {
  case held(OpenFile, Place)
  /// A file that may hold it is being read again.
  case unverified
  /// No file holds it.
  case lacking

  /// Tries the files that held `content`, one after the other.
  static func open(
    _ content: Catalog.Index, in catalog: Catalog, _ site: ArchiveSite, _ knowledge: Knowledge
  ) -> HeldContent {
    var isUnverified = false
    for known in catalog.files(of: content) {
      let place = Place(.archive, known.path)
      guard let file = try? site.open(place) else { continue }
      switch knowledge.standing(place, file.key, in: catalog) {
      case .verified(content): return .held(file, place)
      case .unverified: isUnverified = true
      case .verified, .different, .unknown: break
      }
    }
    if isUnverified { return .unverified }
    knowledge.noteMissing(catalog.contents[Int(content)].id)
    return .lacking
  }
}
