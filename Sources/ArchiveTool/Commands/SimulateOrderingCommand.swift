// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Plotting
internal import Publisher
internal import Simulation

/// `archive-tool simulate ordering`: aligned pieces beside pieces of one size in several orders.
struct SimulateOrderingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ordering",
    abstract: "Compare aligned pieces with pieces of one size over all files.",
    discussion: """
      A plain torrent of an archive lays all files end to end and cuts them into pieces of one size. \
      Who has some packages installed then fetches every piece that holds a byte of them. This tells \
      how much of that is waste, for the files in the order of their paths, their names, their \
      Priority, Priority and Section, Priority, Section and source package, and their popularity; and \
      for pieces that begin and end with each file, as the numbered torrents have them.

      A list of installed packages is made by dpkg-query -W -f \
      '${Package} ${Version} ${Architecture}\\n', on any machine of the same suite; names alone, one a \
      line, will do. A package of another version than the indices' counts as theirs.
      """)

  @OptionGroup var indices: SimulatedIndices

  @Option(
    name: .long,
    help: ArgumentHelp("The list of installed packages; - for standard input.", valueName: "file"),
    completion: .file())
  var installed: String?

  @Option(
    name: .long,
    help: ArgumentHelp("A list of popular packages, as popcon's by_inst.", valueName: "file"),
    completion: .file())
  var popularity: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A piece size, as 512K; may be repeated. (default: 256K to 4M)", valueName: "size"))
  var pieceSize: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("Draw the result into this file, as SVG.", valueName: "file"),
    completion: .file())
  var svg: String?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "simulate")) { try await work() }
  }

  private func work() async throws {
    guard let installed else {
      throw ArchiveError(
        .usage, "which packages are installed?",
        advice: "\(InstalledSet.advice), and name it by --installed")
    }
    let sizes =
      pieceSize.isEmpty ? (18...22).map { "\(1 << ($0 - 10))K" } : pieceSize
    let pieceSizes = try Set(sizes.map { try PieceSize(option: $0) }).sorted()
    let list = try InstalledSet(
      try WholeFile.read(installed, limit: SimulationLimits().installedBytes),
      file: installed == "-" ? "standard input" : installed)
    let popular = try popularity.map { try Popularity(path: $0) }
    let table = try OrderingTable(
      files: try await indices.files(), installed: list, pieceSizes: pieceSizes,
      popularity: popular)
    if let svg { try DrawingFile.write(table.sheet.file, to: svg) }
    if json { try Terminal.print(json: table) } else { print(table) }
  }

  private func print(_ table: OrderingTable) {
    Terminal.print(
      "\(table.wantedFiles) files are installed, \(Units.bytes(table.wantedBytes)), of "
        + "\(table.files), \(Units.bytes(table.bytes))")
    if !table.missing.isEmpty {
      let names = table.missing.prefix(10).joined(separator: ", ")
      let more = table.missing.count > 10 ? ", ..." : ""
      Terminal.print(
        "\(table.missing.count) of \(table.listed) are not in the indices: \(names)\(more)")
    }
    print(table, "waste") { "\(Units.fixed($0.waste, 1)) %" }
    print(table, "pieces") { "\($0.pieces)" }
    if popularity == nil {
      Terminal.print("\nThe order by popularity needs a list, named by --popularity.")
    }
  }

  private func print(
    _ table: OrderingTable, _ corner: String, _ cell: (OrderingTable.Row) -> String
  ) {
    let orders = table.orders
    let rows = table.pieceSizes.map { size in
      [OrderingTable.kibibytes(size)] + orders.map { table.row(size, $0).map(cell) ?? "" }
    }
    Terminal.print(
      "\n" + TextTable.text([[corner] + orders.map { OrderingTable.title(of: $0) }] + rows))
  }
}
