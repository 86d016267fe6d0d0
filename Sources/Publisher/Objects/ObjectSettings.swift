// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
package import StandardObjects
package import TorrentMetadata

/// What decides which objects a suite gets, and what stands in them.
package struct ObjectSettings: Hashable, Sendable {
  /// Which files get objects; nil for none.
  package var policy: TorrentPolicy?
  /// A list of popular packages, for policies that ask for it.
  package var popularity: String?
  package var form = TorrentForm.v1
  package var addresses = ObjectAddresses()
  /// The URL of the output tree, by which metalinks name their torrents.
  package var overlay: AbsoluteURL?

  package init() {}

  // Raised when the same file and settings begin to give other bytes.
  private static let format = 1

  /// Over what the bytes of objects depend on, but for the files; the policy only chooses files.
  func digest(suite: String) throws(ArchiveError) -> SHA256Digest {
    var lines = ["objects \(Self.format) \(form) \(suite)", "overlay \(overlay?.string ?? "-")"]
    lines += addresses.trackers.map { "trackers \($0.map(\.string))" }
    lines += addresses.webSeeds.map { "web seed \($0)" }
    lines += addresses.mirrors.map {
      "mirror \($0.root) \($0.priority ?? 0) \($0.location ?? "-")"
    }
    return try SHA256Digest.hashing(Array(lines.joined(separator: "\n").utf8))
  }

  /// The list of popular packages, where one is named.
  ///
  /// - Throws: `ArchiveError` when it cannot be read.
  package func readPopularity() throws(ArchiveError) -> Popularity? {
    guard let popularity else { return nil }
    return try Popularity(path: popularity)
  }
}
