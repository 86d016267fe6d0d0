// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Ledger
package import ReleaseTrust

/// Whose numbers a suite takes, and what of them.
package struct UpstreamSettings: Sendable {
  /// The publisher's overlay: a directory, or an http or https URL.
  package var source: String
  /// The directory below its `dists`.
  package var suite: String
  package var trust: TrustPolicy
  /// A directory that keeps what was fetched.
  package var cache: String
  /// What this mirror has; nil for all.
  package var components: [String]?
  package var architectures: [String]?

  /// Takes everything of `suite` at `source`.
  package init(source: String, suite: String, trust: TrustPolicy, cache: String) {
    self.source = source
    self.suite = suite
    self.trust = trust
    self.cache = cache
  }
}

/// What an upstream publisher's files said, now that they are in the ledger.
package struct UpstreamState: Sendable {
  package let publisher: PublisherID
  /// Date of the publisher's Release.
  package let date: ArchiveDate
  /// The torrents that it lists.
  package let listed: Set<TorrentID>
  package let trackers: [String]
  /// Bytes that came for it; of a directory, those that were read.
  package let bytes: UInt64
  /// Gzip members that were new.
  package let members: Int
}
