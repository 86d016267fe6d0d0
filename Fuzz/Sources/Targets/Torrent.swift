// SPDX-License-Identifier: Apache-2.0

import TorrentMetadata

/// Bencode, of which there is one form for each value, and torrents.
func fuzzTorrent(_ bytes: [UInt8]) {
  let inspection = Inspection(bytes, name: "input")
  guard let root = try? BencodeDocument(bytes, name: "input").root else { return }
  demand(encode(root) == bytes, "two forms of one value")
  guard let torrent = try? Metainfo(bytes, name: "input") else { return }
  demand(inspection.kind == .torrent && !inspection.facts.isEmpty, "a torrent without facts")
  demandSafe(torrent.info.name.utf8)
  demand(!torrent.info.name.utf8.contains(0x2F), "a name that is a path")
  for file in torrent.info.files { demandSafe(file.path.string.utf8) }
  let link = MagnetLink(torrent)
  demand(link.v1Hash != nil || link.v2Hash != nil, "a torrent without an info hash")
  demand((try? MagnetLink(link.description)) == link, "the link does not read as it was written")
}

/// The decoder bounds how deep this goes.
private func encode(_ value: BencodeValue) -> [UInt8] {
  if let integer = value.integer { return Array("i\(integer)e".utf8) }
  if let string = value.string { return Bencode.string(string) }
  if let elements = value.elements { return Bencode.list(elements.map(encode)) }
  var output: [UInt8] = [0x64]
  if let entries = value.entries {
    for (key, value) in entries { output += Bencode.string(key) + encode(value) }
  }
  return output + [0x65]
}
