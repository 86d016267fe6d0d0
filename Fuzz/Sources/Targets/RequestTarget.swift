// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import HTTPMessages
import Seeder

/// A request target, which must never lead out of the archive, and what it names.
func fuzzRequestTarget(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  guard let target = try? RequestTarget(text) else { return }
  if let path = target.path { demandSafe(path.string.utf8) }
  demand(target.path != nil || target.isDirectory, "a target without a path")
  _ = target.parameter("format")
  switch Route(target, prefix: "overlay") {
  case .file(let place), .directory(let place):
    guard let path = place.path else { return }
    demandSafe(path.string.utf8)
    let parts = path.string.utf8.split(separator: 0x2F)
    demand(parts.allSatisfy { $0.first != 0x2E }, "a hidden file")
    demand(place.tree == .archive || !parts[0].elementsEqual("pool".utf8), "the overlay's pool")
  case .pad(let count): demand(count <= RequestLimits().padBytes, "too much padding")
  case .content, .torrent, .piece, .nothing: break
  }
}
