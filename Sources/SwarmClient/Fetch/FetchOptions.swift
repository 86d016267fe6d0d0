// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import TorrentMetadata

/// How files are fetched.
package struct FetchOptions: Sendable {
  /// Which pieces come first.
  package enum Order: String, Hashable, Sendable, CaseIterable {
    /// Those that the fewest peers have.
    case rarest
    /// As they lie in the file, for whoever reads it meanwhile.
    case inOrder = "in-order"
  }

  /// Whether web seeds are asked.
  package var webSeeds = true
  /// Whether trackers and peers are asked.
  package var peers = true
  /// Peers that are known beforehand.
  package var knownPeers: [Endpoint] = []
  /// Trackers beside those that Release names.
  package var trackers: [AbsoluteURL] = []
  package var order = Order.rarest
  /// Bytes a second to peers; nil for as many as there are.
  package var uploadLimit: ByteCount?
  /// Bytes a second from all together; nil for as many as there are.
  package var downloadLimit: ByteCount?
  /// Where peers may connect to; nil for a port of the system's choice on all addresses.
  package var listen: Endpoint?
  /// How long after the last file pieces are still given to peers; nil for not at all.
  package var share: Duration?
  /// How often a newer index is looked for while files come or are shared; nil for never.
  package var refresh: Duration? = .seconds(900)
  /// Files under way at once.
  package var filesAtOnce = 4

  /// The defaults.
  package init() {}
}
