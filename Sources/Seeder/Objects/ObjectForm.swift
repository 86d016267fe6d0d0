// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages
internal import TorrentMetadata

/// What describes a file to a client that knows BitTorrent or metalinks.
enum ObjectForm: Hashable, Sendable {
  case torrent(TorrentForm)
  case metalink

  /// The form of a `.torrent` that `?format=` asks for; nil for one that there is not.
  init?(format: String?) {
    switch format {
    case nil, "v1": self = .torrent(.v1)
    case "v2": self = .torrent(.v2)
    case "hybrid": self = .torrent(.hybrid)
    default: return nil
    }
  }

  var mediaType: String { MediaType.of(self == .metalink ? "a.meta4" : "a.torrent") }
}
