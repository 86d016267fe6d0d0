// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Ledger
package import PackagesParser
package import ReleaseTrust
internal import StandardObjects
internal import TorrentMetadata

/// Everything that decides how one suite is read, numbered and published.
package struct SuiteSettings: Sendable {
  /// Where the suite's extended indices go.
  package enum Publish: String, Sendable {
    /// An overlay archive of its own; the archive is not touched.
    case beside
    /// The extended indices replace the archive's own.
    case inPlace = "in-place"
  }

  /// Which extended fields a stanza gets; the piece index has them all whatever this says.
  package struct Fields: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let numbers = Fields(rawValue: 1)
    package static let roots = Fields(rawValue: 2)
    package static let hashes = Fields(rawValue: 4)
  }

  package var archive = ""
  /// The overlay's directory; unused in place.
  package var output = ""
  package var state = "/var/lib/archive-tool"
  package var publish = Publish.beside
  package var keyrings: [String] = []
  package var allowUnsigned = false
  package var allowOlder = false
  package var allowMassRetire = false
  package var checkValidUntil = true
  /// What the operator expects to have; nil for all that Release lists.
  package var components: [String]?
  package var architectures: [String]?
  /// What this run is limited to, by the command line; such a run retires nothing.
  package var componentFilter: [String] = []
  package var architectureFilter: [String] = []
  package var fields: Fields = [.numbers, .roots, .hashes]
  package var base = PieceSize.defaultBase
  package var legacySHA1 = false
  /// Which digests of pieces are computed; what was read before keeps what it has.
  package var hashes = PieceHashes.all
  /// The overlay's compressions.
  package var compressions: [Compression] = [.xz, .gzip]
  /// A key id for gpg, or
  package var signKey: String?
  /// a shell command that signs.
  package var signCommand: String?
  /// What Release says; objects have the same.
  package var trackers: [String] = []
  package var webSeeds: [String] = []
  package var objects = ObjectSettings()
  /// Files and blocks worked on at once; 0 for one a processor.
  package var jobs = 0
  /// The most bytes a second that are read of the pool; nil for as many as there are.
  package var bandwidth: ByteCount?
  /// Whether the pool is read only when nobody else wants the disk.
  package var idleIO = false
  /// Publications for which by-hash files that are no longer listed stay.
  package var byHashKeep = 3
  /// A generation ends when less of its span than this lives, in percent.
  package var generationLiveShare = 25.0
  /// Days for which a superseded generation stays listed.
  package var generationGrace: Int64 = 30
  /// Most of a torrent's contents that one run retires without being told, in percent.
  package var retireLimit = 20.0
  /// Seconds to wait for a mirror sync to end.
  package var wait = 600
  package var dryRun = false
  /// The overlay of the publisher whose numbers the suite has: a directory or a URL; nil for a suite
  /// that is numbered here.
  package var follow: String?
  /// Keyrings with that publisher's keys.
  package var followKeyrings: [String] = []
  /// What that publisher says, once it is in the ledger.
  package var upstream: Upstream?

  package init() {}

  /// What a suite that follows takes from its publisher besides what is in the ledger.
  package struct Upstream: Sendable {
    package let publisher: PublisherID
    /// The torrents that its Release lists.
    package let listed: Set<TorrentID>
    package let report: RunReport.Upstream

    package init(publisher: PublisherID, listed: Set<TorrentID>, report: RunReport.Upstream) {
      self.publisher = publisher
      self.listed = listed
      self.report = report
    }
  }

  /// Takes over what the publisher says; its trackers come before our own, so that there is one
  /// swarm.
  package mutating func adopt(_ upstream: Upstream, trackers: [String]) {
    self.upstream = upstream
    let own = self.trackers.filter { !trackers.contains($0) }
    self.trackers = trackers + own
    let known = objects.addresses.trackers.joined()
    let added = trackers.compactMap { AbsoluteURL($0) }.filter {
      $0.isTracker && !known.contains($0)
    }
    objects.addresses.trackers = added.map { [$0] } + objects.addresses.trackers
  }

  /// Whether anything signs what is published.
  package var signs: Bool { signKey != nil || signCommand != nil }

  /// Whose signature counts.
  package var trust: TrustPolicy {
    TrustPolicy(
      keyrings: keyrings, allowUnsigned: allowUnsigned, checkValidUntil: checkValidUntil)
  }
}
