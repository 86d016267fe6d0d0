// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
package import Ledger

extension Catalog {
  /// Takes over what the ledger says; a path that no request could name is left out.
  package convenience init(_ snapshot: LedgerView.Snapshot) {
    let indices = Dictionary(
      snapshot.contents.enumerated().map { ($1.row, Index($0)) },
      uniquingKeysWith: { first, _ in first })
    let files = snapshot.files.compactMap { path, record -> File? in
      guard let path = try? ArchivePath(path), let content = indices[record.content] else {
        return nil
      }
      return File(path: path, content: content, key: record.staleness)
    }
    self.init(
      ids: snapshot.contents.map(\.id), files: files,
      torrents: snapshot.torrents.map { CatalogTorrent($0, indices) })
  }
}

extension CatalogTorrent {
  fileprivate init(_ torrent: LedgerView.Snapshot.Torrent, _ indices: [RowID: Catalog.Index]) {
    let record = torrent.record
    self.init(
      id: record.id, architecture: record.architecture, generation: record.generation,
      base: record.base, floor: record.numbering.floor, next: record.numbering.next,
      isSuperseded: record.superseded != nil, suite: torrent.suite,
      live: record.numbering.live,
      numbers: torrent.numbers.compactMap { range, row in
        indices[row].map {
          Numbers(first: range.first.rawValue, count: range.count, content: $0)
        }
      })
  }
}
