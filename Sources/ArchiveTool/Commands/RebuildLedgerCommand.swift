// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Follower
private import Glibc
internal import Ledger
internal import Publisher
internal import ReleaseTrust

/// `archive-tool rebuild-ledger`: a lost ledger from what was published of it.
struct RebuildLedgerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild-ledger",
    abstract: "Make a lost ledger again from the published files.",
    discussion: """
      Reads every suite that was published in Output, and in place those of Suites that are \
      published there; checks each file against its signed Release; and makes a ledger with the \
      same publisher, torrents, numbers and piece indices, so that nothing is numbered twice. What \
      only the files of the pool tell comes back with the next run of archive-tool hash, which reads \
      them once. Whatever is missing, damaged or contradictory is refused, and then nothing has \
      changed.

      With --check nothing is written: the ledger that is there is compared with what the published \
      files tell. Run after a publication, a difference is a reason to restore the ledger from a \
      backup.
      """)

  @OptionGroup var places: PlaceOptions

  @Option(
    name: .long,
    help: ArgumentHelp("The archive: a directory with dists/ and pool/.", valueName: "directory"),
    completion: .directory)
  var archive: String?

  @Option(
    name: .long, help: ArgumentHelp("Where the overlay is published.", valueName: "directory"),
    completion: .directory)
  var output: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      A keyring with the key that signs what is published; may be repeated. (default: Keyring, in \
      place)
      """, valueName: "file"),
    completion: .file(extensions: ["gpg", "pgp"]))
  var keyring: [String] = []

  @Flag(name: .long, help: "Take published files that nobody signed, and look at no signature.")
  var allowUnsigned = false

  @Flag(
    name: .long,
    help: "Put it in the place of the ledger that is there, which is kept under another name.")
  var replace = false

  @Flag(name: .long, help: "Compare the ledger that is there with what was published, no more.")
  var check = false

  @Flag(name: .long, help: "Print a report as JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Name each file that is checked, and print a summary.")
  var verbose = false

  func validate() throws {
    if check, replace { throw ValidationError("--check and --replace exclude each other") }
  }

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "rebuild")) { try await rebuild() }
  }

  private func rebuild() async throws {
    let file = try places.configuration()
    var general = try file.settings(for: [])
    if let state = places.state { general.state = state }
    let rebuild = LedgerRebuild(try published(file), now: Now.date) { [verbose] path in
      if verbose { Terminal.complain("checking \(path)") }
    }
    try makeDirectories(general.state)
    let lock = try StateLock(directory: general.state, note: "archive-tool rebuild-ledger")
    defer { withExtendedLifetime(lock) {} }
    if check { return try await compare(rebuild, general.state) }
    guard replace || !Ledger.exists(in: general.state) else {
      throw ArchiveError(
        .cannotCreate, "there is a ledger", at: ArchiveError.Place(file: general.state),
        advice: "name another directory by --state; --replace keeps the old one under another name")
    }
    let directory = "\(general.state)/ledger.rebuilding"
    try removeTree(directory)
    try makeDirectories(directory)
    let suites: [LedgerRebuild.Suite]
    do {
      var generator = SystemRandomNumberGenerator()
      let ledger = try Ledger(directory: directory, using: &generator)
      suites = try await rebuild.run(into: ledger)
      try ledger.close()
    } catch {
      try? removeTree(directory)
      throw error
    }
    let mark = "replaced-" + "\(Now.date)".filter { $0 != "-" && $0 != ":" }
    let old = try Ledger.install(from: directory, in: general.state, mark: mark)
    try removeTree(directory)
    try report(suites, old: old)
  }

  private func compare(_ rebuild: LedgerRebuild, _ state: String) async throws {
    guard Ledger.exists(in: state) else {
      throw ArchiveError(
        .noInput, "there is no ledger", at: ArchiveError.Place(file: state),
        advice: "without --check it is made again")
    }
    var generator = SystemRandomNumberGenerator()
    let rebuilt = try Ledger(inMemoryUsing: &generator)
    let suites = try await rebuild.run(into: rebuilt)
    let stored = try Ledger(copyOf: state, using: &generator)
    if let (here, published) = try stored.dump().firstDifference(from: try rebuilt.dump()) {
      throw ArchiveError(
        .data,
        "the ledger says '\(here ?? "nothing more")', what was published "
          + "'\(published ?? "nothing more")'", at: ArchiveError.Place(file: state),
        advice:
          "publish what is waiting by archive-tool hash and compare again; if it stays, one of "
          + "the two is damaged")
    }
    try report(suites, old: nil)
  }

  private func report(_ suites: [LedgerRebuild.Suite], old: String?) throws {
    struct Report: Encodable {
      let suites: [LedgerRebuild.Suite]
      let replaced: String?
    }
    if json { return try Terminal.print(json: Report(suites: suites, replaced: old)) }
    if let old { Terminal.complain("the ledger that was there is now \(old)") }
    guard verbose else { return }
    for suite in suites {
      Terminal.print(
        "\(suite.suite) \(suite.releaseDate): \(suite.torrents) torrents, "
          + "\(suite.contents) contents, \(suite.pieceIndices) piece indices")
    }
  }
}

extension RebuildLedgerCommand {
  /// All that this configuration publishes: each overlay whole, and suites in place.
  private func published(_ file: ConfigurationFile) throws -> [PublishedPlace] {
    let names = file.words(.suites)
    let all = try [file.settings(for: [])] + names.map { try file.settings(for: [$0]) }
    var places: [PublishedPlace] = []
    var outputs: Set<String> = []
    for settings in all where settings.publish == .beside {
      let output = output ?? settings.output
      guard !output.isEmpty, exists(output) else { continue }
      let tree = try resolvedPath(output)
      guard outputs.insert(tree).inserted else { continue }
      places += try PublishedPlace.all(inOverlay: tree, trust: trust(keyring))
    }
    for (name, settings) in zip(names, all.dropFirst()) where settings.publish == .inPlace {
      let root = try resolvedPath(archive ?? settings.archive)
      let keyrings = keyring.isEmpty ? settings.keyrings : keyring
      places.append(
        PublishedPlace(
          output: root, suite: try SuiteDirectory(named: name, archive: root).name,
          isInPlace: true, trust: trust(keyrings)))
    }
    guard !places.isEmpty else {
      throw ArchiveError(
        .noInput, "nothing is published here", at: output.map { ArchiveError.Place(file: $0) },
        advice: "name the overlay by --output, or Output")
    }
    if let unsure = places.first(where: { $0.trust.keyrings.isEmpty }), !allowUnsigned {
      throw ArchiveError(
        .usage, "whose signature counts for \(unsure.output)?",
        advice: "name a keyring with the key that signs it by --keyring "
          + "(gpg --export KEY >operator.gpg), or say --allow-unsigned")
    }
    return places
  }

  /// Old files are as good as new ones here.
  private func trust(_ keyrings: [String]) -> TrustPolicy {
    TrustPolicy(keyrings: keyrings, allowUnsigned: allowUnsigned, checkValidUntil: false)
  }
}
