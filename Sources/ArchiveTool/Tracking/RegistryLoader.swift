// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
private import StandardObjects
internal import Tracker

/// Makes a tracker's registry of what a ledger knows.
struct RegistryLoader {
  private let ledger: Ledger
  /// How long a superseded generation is answered for, in seconds, by its suite's name.
  private let grace: (String) throws -> Int64
  private var builder = TorrentRegistry.Builder()

  private init(_ ledger: Ledger, grace: @escaping (String) throws -> Int64) {
    self.ledger = ledger
    self.grace = grace
  }

  /// Reads the whole ledger, and a directory of torrents where there is one.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read or is damaged.
  static func load(
    _ ledger: Ledger, _ torrents: TorrentDirectory?, grace: @escaping (String) throws -> Int64
  ) throws -> TorrentRegistry {
    var loader = RegistryLoader(ledger, grace: grace)
    try loader.addNumberedTorrents()
    try loader.addFiles()
    try torrents?.add(to: &loader.builder)
    return TorrentRegistry(loader.builder)
  }

  private mutating func addNumberedTorrents() throws {
    for (name, suite) in try ledger.suites() {
      let grace = try grace(name)
      for torrent in try ledger.torrents(of: suite) {
        if let superseded = torrent.superseded, let date = suite.releaseDate,
          date.seconds - superseded.seconds > grace
        {
          continue
        }
        try add(torrent, suite: name)
      }
    }
  }

  private mutating func add(_ torrent: TorrentRecord, suite: String) throws {
    let generation = torrent.generation == 1 ? "" : ", generation \(torrent.generation)"
    var numbered = NumberedTorrent(
      id: SwarmID(torrent.id), name: "\(suite) \(torrent.architecture)\(generation)")
    // Retired numbers too: whoever holds such a content may go on to share it.
    try ledger.forEachContent(of: torrent) { content in
      // The ledger gives contents small numbers, the same ones in all torrents.
      guard let number = UInt32(exactly: content.row) else { return }
      numbered.append(content.numbers, content: number)
    }
    builder.add(numbered)
  }

  private mutating func addFiles() throws {
    var builder = builder
    try KnownHashes.forEach(in: ledger) { entry in
      builder.add([SwarmID(entry.hash)], .standard, entry.path)
    }
    self.builder = builder
  }
}
