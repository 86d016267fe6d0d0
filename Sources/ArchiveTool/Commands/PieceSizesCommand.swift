// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Publisher

/// `archive-tool piece-sizes`: what each base piece size would mean for a suite.
struct PieceSizesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "piece-sizes",
    abstract: "Show what each piece size would mean for a suite.",
    discussion: """
      Counts every file of the suite once. Unaligned waste is what fetching each file alone would \
      cost by fixed pieces over the files laid end to end; the pieces here are aligned and waste \
      nothing. Growth is that of the uncompressed indices by all extended fields.
      """)

  @OptionGroup var options: ArchiveOptions

  @Option(name: .long, help: "The suite.")
  var suite: String

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "piece-sizes")) {
      let file = try options.places.configuration()
      let settings = try options.settings(file, suite: suite)
      let reader = try await SuiteReader(
        suite: suite, root: try ArchiveRoot(path: settings.archive), settings: settings,
        now: Now.date)
      let table = try PieceSizeTable(reader)
      if json { try Terminal.print(json: table) } else { print(table) }
    }
  }

  private func print(_ table: PieceSizeTable) {
    Terminal.print("\(table.files) files, \(Units.bytes(table.bytes))")
    let header = [
      "piece size", "pieces", "1 piece", "2-8", ">8", "bitfield", "unaligned waste", "growth",
    ]
    let rows = table.rows.map { row in
      [
        "\(row.pieceSize >> 10) KiB", "\(row.pieces)", "\(Units.fixed(row.onePiece, 1)) %",
        "\(Units.fixed(row.upToEightPieces, 1)) %", "\(Units.fixed(row.morePieces, 1)) %",
        Units.bytes(row.bitfieldBytes), "\(Units.fixed(row.unalignedWaste, 1)) %",
        "\(Units.fixed(row.growth, 1)) %",
      ]
    }
    Terminal.print(TextTable.text([header] + rows))
  }
}
