// SPDX-License-Identifier: Apache-2.0

private import ArchiveModel

/// What caches may do with a file (RFC 9111, RFC 8246).
package enum CachePolicy {
  /// What never changes under its name.
  package static let immutable = "public, max-age=31536000, immutable"
  /// What may change at any time, and is asked about each time.
  package static let revalidated = "no-cache"

  /// The policy of the file at `place`: packages and by-hash names are never given to other bytes.
  package static func of(_ place: Place) -> String {
    guard let path = place.path else { return revalidated }
    if place.tree == .archive, path.isBelow("pool") { return immutable }
    let isByHash =
      path.isBelow("dists")
      && path.string.utf8.split(separator: 0x2F).contains {
        $0.elementsEqual("by-hash".utf8)
      }
    return isByHash ? immutable : revalidated
  }
}
