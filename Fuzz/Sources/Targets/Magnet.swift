// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import TorrentMetadata

/// A magnet link, and the same bytes as values of headers.
func fuzzMagnet(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  for header in DigestHeader.allCases {
    guard let digest = header.sha256(in: text) else { continue }
    demand(header.sha256(in: header.value(digest)) == digest, "a digest reads as another")
  }
  if let links = try? LinkHeader.parse(text) {
    for link in links where link.type == nil {
      demand((try? LinkHeader.parse(link.description)) == [link], "a Link reads as another")
    }
  }
  guard var link = try? MagnetLink(text) else { return }
  if let name = link.name {
    demandSafe(name.string.utf8)
    demand(!name.string.utf8.contains(0x2F), "a name that is a path")
  }
  link.otherKeys = []
  demand((try? MagnetLink(link.description)) == link, "the link does not read as it was written")
}
