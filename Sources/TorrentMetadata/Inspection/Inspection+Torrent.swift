// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

extension Inspection {
  /// What a torrent that was found well-formed says.
  mutating func describe(_ torrent: Metainfo) {
    describe(torrent.info)
    add("tracker", torrent.announce)
    for (tier, trackers) in torrent.announceList.enumerated() {
      add("tracker of tier \(tier + 1)", trackers)
    }
    add("web seed", torrent.webSeeds)
    add("created on", torrent.creationDate?.description)
    add("created by", torrent.createdBy)
    add("comment", torrent.comment)
    add("similar torrent", torrent.similar.map(\.description))
    add("collection", torrent.collections)
    if torrent.info.form.hasV2 { add("piece layers", "\(torrent.pieceLayers.count)") }
    add("key without a meaning here", torrent.otherKeys)

    checkClients(torrent)
    checkPieces(torrent.info)
    checkFiles(torrent.info)
    checkTrackers(torrent)
    checkWebSeeds(torrent)
    if torrent.similar.contains(where: { torrent.info.wireHashes.contains($0) }) {
      warn("the torrent is similar to itself")
    }
  }

  private mutating func describe(_ info: TorrentInfo) {
    add("form", info.form.rawValue)
    add("info hash (v1)", info.v1Hash?.description)
    add("info hash (v2)", info.v2Hash?.description)
    add("name", info.name)
    add("holds", info.isSingleFile ? "one file" : "\(info.contentFiles.count) files in a directory")
    add("size", "\(info.contentSize) bytes")
    add("piece length", "\(info.pieceLength) bytes")
    if info.form.hasV1 { add("pieces", "\(info.pieceCount)") }
    add("private", info.isPrivate ? "yes" : nil)
    if !info.isSingleFile { add("file", info.contentFiles.map { "\($0.path) (\($0.size) bytes)" }) }
    let padding = info.files.count - info.contentFiles.count
    if padding > 0 { add("padding", "\(padding) times") }
    add("key of the info dictionary without a meaning here", info.otherKeys)
  }

  /// What is known of the programs that Debian 12 has.
  private mutating func checkClients(_ torrent: Metainfo) {
    switch torrent.info.form {
    case .v1: break
    case .v2: warn("Transmission and aria2 do not take v2 torrents")
    case .hybrid:
      warn("Transmission 3.00 does not take hybrid torrents")
      // It loses the empty keys of the file tree before it hashes the dictionary.
      warn("aria2 gives hybrid torrents another info hash, so that it finds no peers")
    }
    if torrent.bytes.count > 10_000_000 {
      warn(
        "\(torrent.bytes.count) bytes, of which libtorrent takes no more than 10000000 by itself")
    }
    if torrent.info.pieceCount > 0x20_0000 {
      warn("\(torrent.info.pieceCount) pieces, of which libtorrent takes no more than 2097152")
    }
  }

  private mutating func checkPieces(_ info: TorrentInfo) {
    let length = info.pieceLength.rawValue
    if length < PieceSize.leaf.rawValue || length.nonzeroBitCount != 1 {
      warn("the piece length \(length) is no power of two from 16384 on")
    }
    var offset: UInt64 = 0
    for file in info.files {
      offset += file.size.rawValue
      if file.isPadding, !offset.isMultiple(of: length) {
        warn("padding of \(file.size) bytes does not end at a piece's border")
      }
    }
  }

  private mutating func checkFiles(_ info: TorrentInfo) {
    if let file = info.contentFiles.first(where: { $0.path.string.utf8.contains(0x5C) }) {
      warn("\(file.path) has a backslash, which some systems take for a directory's border")
    }
    if let file = info.files.first(where: { $0.attributes.contains(.symbolicLink) }) {
      warn("\(file.path) is a symbolic link, which many programs do not make")
    }
  }

  private mutating func checkTrackers(_ torrent: Metainfo) {
    let listed = torrent.announceList.joined()
    for tracker in Set(listed).union([torrent.announce].compactMap(\.self)).sorted()
    where AbsoluteURL(tracker)?.isTracker != true {
      error("'\(tracker)' is no address of a tracker")
    }
    if torrent.announceList.contains(where: \.isEmpty) { warn("a tier without trackers") }
    if let announce = torrent.announce, !listed.isEmpty, !listed.contains(announce) {
      warn("the tracker of 'announce' is not in the list, so most programs do not ask it")
    }
    if listed.isEmpty, torrent.announce == nil, torrent.webSeeds.isEmpty {
      warn("neither a tracker nor a web seed: peers can be found by DHT alone")
    }
  }

  private mutating func checkWebSeeds(_ torrent: Metainfo) {
    let info = torrent.info
    for seed in torrent.webSeeds {
      guard let url = AbsoluteURL(seed), url.isFetchable else {
        error("'\(seed)' is no address of a web seed")
        continue
      }
      let isDirectory = url.string.utf8.last == 0x2F
      if !info.isSingleFile, !isDirectory {
        warn("the web seed \(seed) has no '/' at its end, though it has to be a directory")
      }
      let last = url.string.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).last
      if info.isSingleFile, !isDirectory,
        last.flatMap({ PercentEncoding.decode($0) }) != Array(info.name.utf8)
      {
        warn("the web seed \(seed) does not end with the name of the file")
      }
    }
    if info.files.contains(where: \.isPadding), !info.isSingleFile, !torrent.webSeeds.isEmpty {
      warn("some programs ask web seeds for the padding, which plain mirrors do not have")
    }
  }
}
