// SPDX-License-Identifier: Apache-2.0

import PackagesParser
import TorrentMetadata

@testable import SwarmClient

/// What a Release says of torrents, trackers and web seeds.
func fuzzReleaseTorrents(_ bytes: [UInt8]) {
  guard let release = try? ReleaseFile(bytes, file: "input"),
    let torrents = try? ReleaseTorrents(release)
  else { return }
  demand(torrents.trackers.count <= 32 && torrents.webSeeds.count <= 32, "too many URLs")
  demand(torrents.webSeeds.allSatisfy { HTTPURL($0) != nil }, "a web seed that cannot be asked")
  for (architecture, torrent) in torrents.current {
    demand(torrent.architecture == architecture, "another architecture")
    demand(torrent.floor <= torrent.next, "the floor is above")
  }
}
