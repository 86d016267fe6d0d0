// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
private import Glibc
internal import Ledger
internal import Publisher
internal import StandardObjects

/// `archive-tool hash`: what cron runs after each archive update.
struct HashCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hash",
    abstract: "Number and hash the pieces of a suite's packages, and publish them.",
    discussion: """
      Reads the suite's signed Release, checks every index against it and every new file against \
      its index, numbers what is new, and publishes extended indices and piece indices. Says \
      nothing unless something is wrong.

      With --follow the numbers are those of another publisher of the same archive, whose overlay is \
      named: its piece indices are fetched, only what is new of them, checked against its signed \
      Release, and published again byte for byte, so that all mirrors of the archive seed the same \
      torrents. Every file is still read and compared here. A suite that follows cannot be numbered \
      here until archive-tool promote has said so.
      """)

  @OptionGroup var options: ArchiveOptions

  @OptionGroup var suites: SuiteRunOptions

  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Only these components; such a run retires nothing.")
  var component: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Only these architectures; such a run retires nothing.")
  var architecture: [String] = []

  @Option(
    name: .long,
    help: "Take the numbers of the publisher whose overlay this is: a directory or a URL.")
  var follow: String?

  @Option(
    name: .long,
    help: "A keyring with the keys of that publisher; may be repeated.",
    completion: .file(extensions: ["gpg", "pgp"]))
  var followKeyring: [String] = []

  @Flag(name: .long, help: "Take a Release older than the last one processed.")
  var allowOlder = false

  @Flag(name: .long, help: "Retire however many contents are listed no more.")
  var allowMassRetire = false

  @Flag(
    name: .long,
    help:
      "Run inside a mirror sync: do not wait for it, and fail only for what an operator must mend.")
  var hook = false

  @Flag(name: .long, help: "Say what would change, and change nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Print reports as JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print errors alone, no warnings.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print a summary of each suite.")
  var verbose = false

  func validate() throws {
    if quiet, verbose { throw ValidationError("--quiet and --verbose exclude each other") }
  }

  func run() async throws {
    let executor = BlockingExecutor(label: "hash")
    do {
      try await withTaskExecutorPreference(executor) { try await runSuites() }
    } catch let error as ArchiveError where hook && error.code == .temporary {
      if !quiet { Terminal.complain("\(error)") }
    }
  }

  private func runSuites() async throws {
    let file = try options.places.configuration()
    let names = try file.suites(named: suites.suite)
    let general = try settings(file, for: [])
    if !hook { try await ArchiveUpdate.wait(general.archive, seconds: general.wait) }
    let root = try ArchiveRoot(path: general.archive)
    let printer = ReportPrinter(json: json, quiet: quiet, verbose: verbose)
    var lock: StateLock?
    if !dryRun {
      try makeDirectories(general.state)
      lock = try StateLock(directory: general.state, note: "archive-tool hash")
    }
    var recorder = dryRun ? nil : RunRecorder(directory: general.state)
    let ledger: Ledger
    do {
      ledger = try openLedger(general)
    } catch let error as ArchiveError {
      for name in names { recorder?.end(name, error) }
      throw error
    }
    var reports: [RunReport] = []
    var failure: ArchiveError?
    for name in names {
      do {
        let report = try await run(name, file, root, ledger, printer, &recorder)
        printer.print(report)
        reports.append(report)
      } catch let error as ArchiveError {
        recorder?.end(name, error)
        // One suite's trouble is no reason to leave the others stale.
        printer.complain(error, suite: names.count > 1 ? name : nil)
        if failure == nil || failure?.code == .temporary { failure = error }
      }
    }
    printer.finish(reports, failure: failure)
    _ = consume lock
    let codes = reports.map(\.status) + [failure?.code.rawValue ?? 0]
    let worst = codes.first { $0 != 0 && $0 != ExitCode.temporary.rawValue } ?? codes.max() ?? 0
    let status = hook && worst == ExitCode.temporary.rawValue ? 0 : worst
    if status != 0 { throw Status(code: status) }
  }

  private func run(
    _ name: String, _ file: ConfigurationFile, _ root: ArchiveRoot, _ ledger: Ledger,
    _ printer: ReportPrinter, _ recorder: inout RunRecorder?
  ) async throws -> RunReport {
    let directory = try SuiteDirectory(named: name, archive: root.path)
    recorder?.begin(directory, askedAs: name)
    var settings = try settings(file, for: [name, directory.name] + directory.aliases)
    let context = RunContext(
      now: Now.date, observe: { printer.observe($0) }, reached: { Sabotage.strike(at: $0) },
      hashKernel: HashKernel.wanted)
    defer { printer.clear() }
    if let source = settings.follow {
      try await UpstreamTaking(source: source, suite: directory.name, root: root, ledger: ledger)
        .run(&settings)
      try context.reached(.upstreamTaken)
    }
    let report = try await HashRun(
      settings: settings, root: root, ledger: ledger, context: context
    ).run(suite: name)
    recorder?.end(report, checksValidUntil: settings.checkValidUntil)
    return report
  }

  private func settings(_ file: ConfigurationFile, for names: [String]) throws -> SuiteSettings {
    var settings = try options.settings(file, for: names)
    settings.componentFilter = component
    settings.architectureFilter = architecture
    try suites.apply(to: &settings)
    if let follow { settings.follow = follow }
    if !followKeyring.isEmpty { settings.followKeyrings = followKeyring }
    if settings.legacySHA1, !settings.hashes.contains(.sha1) {
      throw ArchiveError(
        .configuration, "Legacy-SHA1 needs SHA-1, which Hashes leaves out",
        advice: "add sha1 to Hashes")
    }
    if settings.objects.policy != nil, settings.objects.addresses.webSeeds.isEmpty {
      throw ArchiveError(
        .configuration, "Torrent-If needs Torrent-Web-Seeds: nobody else has the files at first",
        advice: "name the URL of the archive's root")
    }
    if allowOlder { settings.allowOlder = true }
    if allowMassRetire { settings.allowMassRetire = true }
    settings.dryRun = dryRun
    return settings
  }

  /// A dry run works on a copy in memory.
  private func openLedger(_ settings: SuiteSettings) throws -> Ledger {
    var generator = SystemRandomNumberGenerator()
    if dryRun { return try Ledger(copyOf: settings.state, using: &generator) }
    return try Ledger(directory: settings.state, using: &generator)
  }
}

/// The clock, read at the edge alone.
enum Now {
  static var date: ArchiveDate { ArchiveDate(seconds: Int64(time(nil))) }
}

/// The digest kernel that the environment asks for; the program chooses the fastest by itself.
enum HashKernel {
  static var wanted: String? {
    getenv("ARCHIVE_TOOL_HASH_KERNEL").map { String(cString: $0) }
  }
}

/// In debug builds alone: dies as by `kill -9` at the step that the environment names, so that
/// tests can show that nothing is lost.
enum Sabotage {
  static func strike(at step: RunStep) {
    #if DEBUG
      guard let wanted = getenv("ARCHIVE_TOOL_KILL_AT") else { return }
      if String(cString: wanted) == step.rawValue { kill(getpid(), SIGKILL) }
    #endif
  }
}
