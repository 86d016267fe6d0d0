// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger

/// A digest over everything that the published bytes depend on: equal ones, equal bytes.
struct Fingerprint {
  /// The text of the Release that is read, and the indices it vouches for.
  var release: SHA256Digest
  var indices: [DescribedIndex]
  var torrents: [TorrentRecord]
  /// Files whose stanzas go without fields.
  var leftOut: [ArchivePath]
  var aliases: [String]
  var settings: SuiteSettings
  /// Digest over policy, popularity and what else decides on objects; nil without a policy.
  var objects: SHA256Digest? = nil

  /// Members of each piece index, where they come from a publisher upstream.
  var members: [String: Int] = [:]

  // Raised when the same input begins to give other bytes.
  private static let format = 1

  func digest() throws(ArchiveError) -> SHA256Digest {
    var lines = ["archive-tool \(Self.format)", "release \(release)"]
    lines.append(
      "settings \(settings.publish) \(settings.fields.rawValue) \(settings.legacySHA1) "
        + "\(settings.compressions.map(\.encoderName)) \(settings.trackers) \(settings.webSeeds) "
        + "\(settings.signKey ?? "-") \(settings.signCommand ?? "-")")
    if let objects { lines.append("objects \(objects)") }
    lines += indices.map { "index \($0.path) \($0.content)" }.sorted()
    lines += torrents.map { torrent in
      let numbering = torrent.numbering
      return "torrent \(torrent.id) \(numbering.floor) \(numbering.next) \(numbering.live)"
    }
    lines += members.sorted { $0.key < $1.key }.map { "pieces \($0.key) \($0.value)" }
    lines += leftOut.sorted().map { "without \($0)" }
    lines += aliases.map { "alias \($0)" }
    return try SHA256Digest.hashing(Array(lines.joined(separator: "\n").utf8))
  }
}
