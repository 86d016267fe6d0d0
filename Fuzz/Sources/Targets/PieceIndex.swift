// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser

@testable import SwarmClient

/// A piece index, as a mirror may have put it together, and what a client believes of it.
func fuzzPieceIndex(_ bytes: [UInt8]) {
  guard let torrent = TorrentID(hex: "dc92f23786706607800d56e8c23b8a1768669c15") else { return }
  var wanted: Set<ContentID> = []
  for (hash, size) in contents {
    if let digest = SHA256Digest(hex: hash) {
      wanted.insert(ContentID(sha256: digest, size: ByteCount(size)))
    }
  }
  func read(chunk: Int) -> [ContentID: PublishedPieces]? {
    try? WantedPieces.pieces(
      of: wanted, in: torrent, MemorySource(bytes, name: "input", chunk: chunk))
  }
  everything(bytes)
  let found = read(chunk: .max)
  demand(found == read(chunk: 13), "it depends on how the bytes arrive")
  for (content, pieces) in found ?? [:] {
    demand(wanted.contains(content), "a content that nobody asked for")
    guard let table = pieces.table else { continue }
    demand(table.size == content.size && table.count > 0, "pieces of another file")
    demand(table.range(of: table.count - 1).upperBound == content.size.rawValue, "too short")
    demand(pieces.numbers.map { Int($0.count) == table.count } ?? true, "other numbers than pieces")
    demand(table.count > 1 || table.hashes == [content.sha256], "a piece that is not the file")
  }
}

/// The same as those read it who take over all of it.
private func everything(_ bytes: [UInt8]) {
  let index = PieceIndexReader(MemorySource(bytes, name: "input", chunk: 100))
  while let element = try? index.next() {
    switch element {
    case .header: break
    case .run(let id):
      guard let run = try? index.run() else { continue }
      demand(run.torrent == id && run.floor <= run.next, "a run that cannot be")
    case .content(let content):
      if let path = try? index.filename() { demandSafe(path.string.utf8) }
      demand(index.pieces(of: content)?.content ?? content == content, "another content")
    case .retired(let ranges):
      demand(ranges.allSatisfy { $0.first <= $0.last }, "a range ends before it begins")
    }
  }
}

/// Those of docs/formats.md section 12.
private let contents: [(String, UInt64)] = [
  ("037279912cb60d7be67228853b057cc642443b4ce29b8a5a5bfbb68234b0b962", 7),
  ("bffb92465a367ae6455782c925629cd696c79eeb3299b20e1db268d93ec19704", 40000),
]
