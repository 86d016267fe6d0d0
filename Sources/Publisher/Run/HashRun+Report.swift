// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import PackagesParser

extension HashRun {
  static func described(_ torrent: TorrentRecord) -> RunReport.Torrent {
    RunReport.Torrent(
      id: torrent.id.description, architecture: torrent.architecture,
      generation: torrent.generation, floor: torrent.numbering.floor.rawValue,
      nextPiece: torrent.numbering.next.rawValue, livePieces: torrent.numbering.live)
  }

  static func described(
    _ index: Survey.Index, _ result: BlockPipeline.Result, _ release: ReleaseFile
  ) -> RunReport.Index {
    var report = RunReport.Index(
      path: index.source.location.path, stanzas: index.stanzas,
      plainBefore: index.plain.size.rawValue, plainAfter: result.plain.size.rawValue,
      blocks: result.blockCount, compressedBlocks: result.compressedCount)
    for (compression, sums) in result.files where compression != .none {
      report.after[compression.rawValue] = sums.size.rawValue
      let path = index.source.location.path + compression.suffix
      report.before[compression.rawValue] = release.files[path]?.size.rawValue
    }
    return report
  }
}
