// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
public import ArchiveModel

extension TorrentDraft {
  /// Writes the torrent and reads it back, so that nothing unsound leaves here.
  ///
  /// - Throws: `ArchiveError` when pieces, roots or layers are missing or do not fit the files.
  public func metainfo(limits: MetadataLimits = MetadataLimits()) throws(ArchiveError) -> Metainfo {
    if form.hasV2, let file = files.first(where: { $0.root == nil && $0.size > .zero }) {
      throw ArchiveError(.data, "no root of a hash tree is known for \(file.path)")
    }
    return try Metainfo(encoded(), name: name.string + ".torrent", limits: limits)
  }

  /// What peers and trackers know the torrent by, without the rest of it: of a hybrid both hashes,
  /// the second cut to 20 bytes.
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses a digest.
  public func wireHashes() throws(ArchiveError) -> [InfoHash] {
    let info = infoDictionary()
    var hashes: [InfoHash] = []
    if form.hasV1, let hash = try InfoHash(sha1Of: info) { hashes.append(hash) }
    if form.hasV2 { hashes.append(InfoHash(truncating: try SHA256Digest.hashing(info))) }
    return hashes
  }

  private func encoded() -> [UInt8] {
    var torrent = ["info": infoDictionary()]
    if let first = trackers.lazy.flatMap(\.self).first {
      torrent["announce"] = Bencode.string(first.string)
    }
    if trackers.joined().count > 1 {
      torrent["announce-list"] = Bencode.list(
        trackers.filter { !$0.isEmpty }.map { tier in
          Bencode.list(tier.map { Bencode.string($0.string) })
        })
    }
    if !webSeeds.isEmpty {
      let seeds = isSet ? webSeeds.map(\.directory) : webSeeds
      torrent["url-list"] = Bencode.list(seeds.map { Bencode.string($0.string) })
    }
    if let creationDate, creationDate.seconds >= 0 {
      torrent["creation date"] = Bencode.integer(UInt64(creationDate.seconds))
    }
    torrent["created by"] = createdBy.map { Bencode.string($0) }
    torrent["comment"] = comment.map { Bencode.string($0) }
    if !similar.isEmpty {
      torrent["similar"] = Bencode.list(similar.map { Bencode.string($0.bytes) })
    }
    if !collections.isEmpty {
      torrent["collections"] = Bencode.list(collections.map { Bencode.string($0) })
    }
    if form.hasV2 { torrent["piece layers"] = layers() }
    return Bencode.dictionary(torrent)
  }

  /// The info dictionary alone, which the info hashes are over.
  public func infoDictionary() -> [UInt8] {
    var info = [
      "name": Bencode.string(name.string), "piece length": Bencode.integer(pieceSize.rawValue),
    ]
    if form.hasV1 {
      info["pieces"] = Bencode.string(pieces)
      if isSet { info["files"] = list() } else { info["length"] = Bencode.integer(layout.total) }
    }
    if form.hasV2 {
      info["meta version"] = Bencode.integer(2)
      info["file tree"] = tree()
    }
    return Bencode.dictionary(info)
  }

  private func list() -> [UInt8] {
    Bencode.list(
      layout.entries.map { entry in
        guard let file = entry.file else {
          // BEP 47 recommends this name.
          let path = [Bencode.string(".pad"), Bencode.string(String(entry.size))]
          return Bencode.dictionary([
            "attr": Bencode.string("p"), "length": Bencode.integer(entry.size),
            "path": Bencode.list(path),
          ])
        }
        let components = files[file].path.string.utf8.split(separator: 0x2F)
        return Bencode.dictionary([
          "length": Bencode.integer(entry.size),
          "path": Bencode.list(components.map { Bencode.string($0) }),
        ])
      })
  }

  /// The `file tree`: files are in its order already.
  private func tree() -> [UInt8] {
    var output: [UInt8] = [0x64]
    var open: ArraySlice<Substring.UTF8View> = []
    for file in files {
      let components = file.path.string[...].utf8.split(separator: 0x2F)
      let directory = components.dropLast()
      let common = zip(open, directory).prefix { $0.elementsEqual($1) }.count
      output += Array(repeating: 0x65, count: open.count - common)
      for component in directory.dropFirst(common) {
        Bencode.append(string: component, to: &output)
        output.append(0x64)
      }
      open = directory
      for component in components.suffix(1) { Bencode.append(string: component, to: &output) }
      var leaf = ["length": Bencode.integer(file.size.rawValue)]
      if file.size > .zero { leaf["pieces root"] = file.root.map { Bencode.string($0.bytes) } }
      output += Bencode.dictionary(["": Bencode.dictionary(leaf)])
    }
    return output + Array(repeating: 0x65, count: open.count + 1)
  }

  /// A layer for each root; files of the same content share one.
  private func layers() -> [UInt8] {
    var layers: [SHA256Digest: [UInt8]] = [:]
    for file in files where file.size.rawValue > pieceSize.rawValue {
      if let root = file.root { layers[root] = file.layer }
    }
    return Bencode.dictionary(layers.map { ($0.key.bytes, Bencode.string($0.value)) })
  }
}
