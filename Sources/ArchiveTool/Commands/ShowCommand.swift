// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Ledger
internal import Publisher

/// `archive-tool show`: the numbers, pieces and hashes of one package.
struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the numbers, pieces and hashes of a package.")

  @OptionGroup var options: ArchiveOptions

  @Argument(help: "The package's name.")
  var package: String

  @Option(name: .long, help: "The suite. (default: Suites of the configuration)")
  var suite: [String] = []

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "show")) { try await look() }
  }

  private func look() async throws {
    let file = try options.places.configuration()
    let suites = try file.suites(named: suite)
    var found: [PackageDetails] = []
    for name in suites {
      let settings = try options.settings(file, suite: name)
      let ledger = try options.openLedger(settings)
      let reader = try await SuiteReader(
        suite: name, root: try ArchiveRoot(path: settings.archive), settings: settings,
        now: Now.date)
      found += try PackageLookup(reader: reader, ledger: ledger).details(of: package)
    }
    guard !found.isEmpty else {
      throw ArchiveError(
        .noInput, "no package '\(Terminal.clean(package))' in \(suites.joined(separator: ", "))")
    }
    if json { try Terminal.print(json: found) } else { found.forEach(describe) }
  }

  /// The stanza form, so that the tools of the field read it.
  private func describe(_ details: PackageDetails) {
    var lines = [
      "Package: \(details.package)", "Architecture: \(details.architecture)",
      "Suite: \(details.suite)", "Filename: \(details.filename)", "Size: \(details.size)",
      "SHA256: \(details.sha256)",
    ]
    if let torrent = details.torrent, let generation = details.generation {
      lines.append("Torrent: \(torrent)")
      lines.append("Generation: \(generation)")
    }
    if let size = details.pieceSize { lines.append("Piece-Size: \(size)") }
    lines.append("Piece-Numbers: \(details.pieceNumbers ?? "none yet")")
    if let root = details.piecesRoot { lines.append("Pieces-Root: \(root)") }
    if !details.pieces.isEmpty {
      lines += list("SHA256-Pieces", details.pieces) { $0.sha256 }
      lines += list("SHA1-Pieces", details.pieces) { $0.sha1 }
    }
    if !details.publishedIn.isEmpty {
      lines.append("Published-In:")
      lines += details.publishedIn.map { " \($0)" }
    }
    Terminal.print(lines.map(Terminal.clean).joined(separator: "\n") + "\n")
  }

  /// A field with a line for each piece; nothing where its digests were not computed.
  private func list(
    _ field: String, _ pieces: [PackageDetails.Piece],
    _ digest: (PackageDetails.Piece) -> String?
  ) -> [String] {
    let lines = pieces.compactMap { piece in digest(piece).map { " \($0) \(piece.size)" } }
    return lines.isEmpty ? [] : ["\(field):"] + lines
  }
}
