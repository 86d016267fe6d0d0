// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Plotting
internal import Simulation

/// `archive-tool simulate year`: a numbered torrent over a year of updates.
struct SimulateYearCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "year",
    abstract: "Follow a numbered torrent through a year of updates.",
    discussion: """
      Numbers the packages of a suite, or of --packages, or packages that are made up, as runs of hash \
      would, while packages get new versions and new ones come. Tells for each day how many numbers \
      are used and live, how large a bitfield and a packed set are, when generations begin, and how \
      the piece index grows; and what clients that update each run, day, week and month fetch of that \
      by Range, as whole files, and as differences of the kind of Packages.diff.

      In each run packages drawn at random get a new version of the same size until the bytes of \
      --churn are replaced; new packages have the size of an old one. Sizes that are made up are \
      log-normal with a median of 59 kB and a deviation of 2.5, as in Debian's main. Differences are \
      those of an index that holds living contents alone: what each run adds and deletes as an ed \
      script, compressed; apt fetches the list of 56 of them and each one since its own, or one that \
      merges these, or all of the index where that is less or its own is no longer listed.
      """)

  @OptionGroup var indices: SimulatedIndices

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How many packages are made up where no index is named.", valueName: "number"))
  var files = 63_440

  @Option(name: .long, help: ArgumentHelp("How many days.", valueName: "number"))
  var days = 365

  @Option(name: .long, help: ArgumentHelp("How many runs a day.", valueName: "number"))
  var runs = 4

  @Option(
    name: .long, help: ArgumentHelp("Bytes replaced a day, in percent.", valueName: "percent"))
  var churn = 1.5

  @Option(
    name: .long, help: ArgumentHelp("New packages in a year, in percent.", valueName: "percent"))
  var growth = 7.5

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A generation ends when less of its span lives, in percent; 0 for never.",
      valueName: "percent"))
  var liveShare = YearSettings().liveShare

  @Option(name: .long, help: ArgumentHelp("The base piece size, as 512K.", valueName: "size"))
  var pieceSize = "512K"

  @Option(
    name: .long,
    help: ArgumentHelp("Packages of the client whose set is told.", valueName: "number"))
  var clientPackages = 800

  @Option(
    name: .long,
    help: ArgumentHelp("What chance begins with: another seed, another year.", valueName: "number"))
  var seed: UInt64 = 1

  @Option(
    name: .long, help: ArgumentHelp("Draw the result into this file, as SVG.", valueName: "file"),
    completion: .file())
  var svg: String?

  @Flag(name: .long, help: "Print JSON, with every day.")
  var json = false

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "simulate")) { try await work() }
  }

  private func work() async throws {
    var settings = YearSettings()
    settings.days = days
    settings.runsPerDay = runs
    settings.churn = churn
    settings.growth = growth
    settings.liveShare = liveShare
    settings.pieceSize = try PieceSize(option: pieceSize).rawValue
    settings.clientPackages = clientPackages
    settings.seed = seed
    try settings.check()
    let limit = SimulationLimits().files
    guard (1...limit).contains(files) else {
      throw ArchiveError(.usage, "--files \(files), expected 1 to \(limit)")
    }
    let simulated =
      indices.isNamed
      ? SimulatedFile.files(try await indices.files())
      : SimulatedFile.drawn(files, seed: seed)
    guard !simulated.isEmpty else { throw ArchiveError(.data, "the indices list no package") }
    let table = try YearSimulation.run(simulated, settings: settings)
    if let svg { try DrawingFile.write(table.sheet.file, to: svg) }
    if json { try Terminal.print(json: table) } else { print(table) }
  }

  private func print(_ table: YearTable) {
    let header = [
      "day", "files", "bytes", "generation", "next piece", "floor", "live", "bitfield",
      "mirror's set", "client's set", "piece index", "living alone",
    ]
    let last = table.days.count - 1
    let rows = table.days.filter {
      $0.day.isMultiple(of: 30) && $0.day + 10 < last || $0.day == last
    }
    .map { day in
      [
        "\(day.day)", "\(day.files)", Units.bytes(day.bytes), "\(day.generation)",
        "\(day.nextPiece)", "\(day.floor)", "\(Units.fixed(day.liveShare, 1)) %",
        Units.bytes(day.bitfieldBytes), Units.bytes(day.mirrorSetBytes),
        Units.bytes(day.clientSetBytes), Units.bytes(day.pieceIndexBytes),
        Units.bytes(day.livingIndexBytes),
      ]
    }
    Terminal.print(TextTable.text([header] + rows))
    Terminal.print(
      "\n\(table.numbersGiven) numbers given; \(Units.bytes(table.changedBytes)) of new contents")
    for change in table.generations {
      Terminal.print(
        "generation \(change.generation) on day \(change.day), run \(change.run), with "
          + "\(Units.fixed(change.liveShareBefore, 1)) % alive: "
          + "\(Units.bytes(change.memberBytes)) more of the piece index")
    }
    printClients(table)
  }

  private func printClients(_ table: YearTable) {
    let header = ["update every", "updates", "by Range", "whole file", "differences", "merged"]
    let rows = table.clients.map { client in
      [
        YearTable.interval(client.runsBetween, table.settings.runsPerDay), "\(client.updates)",
        Units.bytes(client.rangeBytes), Units.bytes(client.wholeBytes),
        Units.bytes(client.differenceBytes), Units.bytes(client.mergedBytes),
      ]
    }
    Terminal.print("\n" + TextTable.text([header] + rows))
  }
}
