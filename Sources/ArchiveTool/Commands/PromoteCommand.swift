// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Ledger
internal import PackagesParser
internal import Publisher

/// `archive-tool promote`: a follower whose publisher is gone becomes one.
struct PromoteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promote",
    abstract: "Number a suite here from now on that has followed a publisher.",
    discussion: """
      For when the publisher that a suite follows is gone for good. The next run of archive-tool \
      hash begins a new generation of every torrent of the suite, under a publisher id of this \
      ledger alone; the generation before stays listed and seeded for Generation-Grace days. There \
      is no way back: the old publisher's numbers are not taken any more. Other mirrors may follow \
      this one. Remove Follow from the configuration first.
      """)

  @OptionGroup var options: ArchiveOptions

  @Option(name: .long, help: "The suite, by directory, Suite or Codename.")
  var suite: String

  @Flag(name: .shortAndLong, help: "Print the new publisher id.")
  var verbose = false

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "promote")) { try await promote() }
  }

  private func promote() async throws {
    let settings = try options.settings(try options.places.configuration(), suite: suite)
    if settings.follow != nil {
      throw ArchiveError(
        .configuration, "Follow still names a publisher for \(suite)",
        advice: "remove it from the configuration first, or the next run would follow on")
    }
    guard Ledger.exists(in: settings.state) else { throw unknown(settings) }
    let lock = try StateLock(directory: settings.state, note: "archive-tool promote")
    let reader = try await SuiteReader(
      suite: suite, root: try ArchiveRoot(path: settings.archive), settings: settings,
      now: Now.date)
    let ledger = try options.openLedger(settings)
    let release = reader.release
    guard let name = release.ledgerName,
      let record = try ledger.findSuite(origin: release.origin ?? "", name: name)
    else { throw unknown(settings) }
    var generator = SystemRandomNumberGenerator()
    let publisher = try ledger.promote(record, using: &generator)
    _ = consume lock
    if verbose { Terminal.print("\(name): publisher \(publisher)") }
  }

  private func unknown(_ settings: SuiteSettings) -> ArchiveError {
    ArchiveError(
      .noInput, "the ledger knows no suite '\(suite)'",
      at: ArchiveError.Place(file: settings.state),
      advice: "promote is for a suite that archive-tool hash --follow has published")
  }
}
