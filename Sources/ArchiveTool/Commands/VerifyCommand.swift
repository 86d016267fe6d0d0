// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Audit
internal import Ledger
internal import Publisher

/// `archive-tool verify`: whether what is published, the ledger and the pool still agree.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check what is published, the ledger and the pool against each other.",
    discussion: """
      Looks at everything that is published (signatures, sizes and hashes, by-hash names, extended \
      stanzas, piece indices and whether they only grew, torrents and metalinks), at the ledger, \
      and at the size of every file of the pool, and reads a share of the pool's bytes. Runs in a \
      row read one share after the other until all was read; a run that was interrupted is \
      continued by the next. Files that were bad are read again by every run until they are right.

      Each finding is one line: the file, what was expected and found, and what to do. It says \
      nothing when all is well. It ends with 0 when all is sound, 65 when something is damaged, 74 \
      when something could not be read, and 75 when all that is wrong is a file which a sync will \
      bring, or a set which the next run of hash will publish.

      Nothing is changed without --repair, and the pool and the archive's own files are never \
      changed. hash can run meanwhile; only a repair needs the state directory for itself, and \
      says so when it cannot have it.
      """)

  @OptionGroup var options: ArchiveOptions

  @OptionGroup var suites: SuiteRunOptions

  @Option(
    name: .long,
    help: "The share of the pool to read, in percent: 100 for all of it, 0 for none of it.")
  var percent = 5

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Read instead what was published, or touched on disk, since then: a date as 2026-11-22 or \
      2026-11-22T06:00:00Z, or how long ago, as 12h or 7d.
      """, valueName: "time"))
  var since: String?

  @Flag(name: .long, help: "Begin the share anew, where an interrupted run would be continued.")
  var restart = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      A keyring of those who sign the overlay; may be repeated. (default: the key that Sign-Key \
      names)
      """, valueName: "file"),
    completion: .file(extensions: ["gpg", "pgp"]))
  var overlayKeyring: [String] = []

  @Flag(
    name: .long,
    help: """
      Rebuild what can be rebuilt: publish anew from the ledger, remove damaged blocks, mark bad \
      files of the pool as unverified so that nothing of them is served by hash.
      """)
  var repair = false

  @Flag(name: .long, help: "With --repair: say what would be done, and do nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Print reports as JSON, with all findings.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print errors alone, no findings.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print a summary of each suite.")
  var verbose = false

  func validate() throws {
    if quiet, verbose { throw ValidationError("--quiet and --verbose exclude each other") }
    guard (0...100).contains(percent) else { throw ValidationError("--percent takes 0 to 100") }
    if dryRun, !repair { throw ValidationError("--dry-run goes with --repair") }
    if let since, SinceOption.date(since, now: Now.date) == nil {
      throw ValidationError("--since takes a date as 2026-11-22, or how long ago, as 12h or 7d")
    }
  }

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "verify")) {
      try await verifySuites()
    }
  }

  private func verifySuites() async throws {
    let file = try options.places.configuration()
    let names = try file.suites(named: suites.suite)
    let general = try settings(file, for: [])
    try await ArchiveUpdate.wait(general.archive, seconds: general.wait)
    let root = try ArchiveRoot(path: general.archive)
    let ledger = try options.openLedger(general)
    // Two at once would each count the other's share as read.
    let lock = try StateLock(
      directory: general.state, note: "archive-tool verify", file: "verify.lock")
    let printer = AuditPrinter(json: json, quiet: quiet, verbose: verbose, dryRun: dryRun)
    var reports: [AuditReport] = []
    var failure: ArchiveError?
    for name in names {
      do {
        let report = try await verify(
          name, file, root, ledger, printer, withDatabase: reports.isEmpty)
        printer.print(report)
        reports.append(report)
      } catch let error as ArchiveError {
        printer.complain(error, suite: names.count > 1 ? name : nil)
        if failure == nil || failure?.code == .temporary { failure = error }
      }
    }
    printer.finish(reports, failure: failure)
    _ = consume lock
    let status = AuditReport.worst(reports.map(\.status) + [failure?.code.rawValue ?? 0])
    if status != 0 { throw Status(code: status) }
  }

  private func verify(
    _ name: String, _ file: ConfigurationFile, _ root: ArchiveRoot, _ ledger: Ledger,
    _ printer: AuditPrinter, withDatabase: Bool
  ) async throws -> AuditReport {
    let directory = try SuiteDirectory(named: name, archive: root.path)
    let settings = try settings(file, for: [name, directory.name] + directory.aliases)
    let context = RunContext(
      now: Now.date, observe: { printer.observe($0) }, hashKernel: HashKernel.wanted)
    defer { printer.clear() }
    return try await SuiteAudit(
      settings: settings, options: auditOptions(), root: root, ledger: ledger, context: context
    ).run(suite: name, withDatabase: withDatabase)
  }

  private func auditOptions() -> AuditOptions {
    var options = AuditOptions()
    options.percent = percent
    options.since = since.flatMap { SinceOption.date($0, now: Now.date) }
    options.sinceText = since
    options.restarts = restart
    options.repairs = repair
    options.dryRun = dryRun
    options.operatorKeyrings = overlayKeyring
    return options
  }

  private func settings(_ file: ConfigurationFile, for names: [String]) throws -> SuiteSettings {
    var settings = try options.settings(file, for: names)
    try suites.apply(to: &settings)
    return settings
  }
}
