// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import FuzzSupport
import TorrentMetadata

/// libFuzzer's entry: a magnet link, and the same bytes as values of headers.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMagnet(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: input(data, count), as: UTF8.self)
  for header in DigestHeader.allCases {
    guard let digest = header.sha256(in: text) else { continue }
    demand(header.sha256(in: header.value(digest)) == digest, "a digest reads as another")
  }
  if let links = try? LinkHeader.parse(text) {
    for link in links where link.type == nil {
      demand((try? LinkHeader.parse(link.description)) == [link], "a Link reads as another")
    }
  }
  guard var link = try? MagnetLink(text) else { return 0 }
  if let name = link.name {
    demandSafe(name.string.utf8)
    demand(!name.string.utf8.contains(0x2F), "a name that is a path")
  }
  link.otherKeys = []
  demand((try? MagnetLink(link.description)) == link, "the link does not read as it was written")
  return 0
}
