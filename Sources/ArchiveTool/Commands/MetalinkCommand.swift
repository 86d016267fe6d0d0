// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Ledger
internal import Publisher
internal import StandardObjects
internal import TorrentMetadata

/// `archive-tool metalink`: metalinks of packages (RFC 5854).
struct MetalinkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metalink",
    abstract: "Make metalinks of packages: hashes, pieces and mirrors of each file.")

  @OptionGroup var options: ArchiveOptions
  @OptionGroup(title: "Packages") var selection: PackageSelection

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      A mirror as URL[,priority[,country]], the URL that of the archive's root; may be repeated. \
      Replaces the configured.
      """, valueName: "url[,priority[,country]]"))
  var mirror: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A URL below which FILENAME.torrent is the torrent of each file.", valueName: "url"))
  var torrentURL: String?

  @Option(
    name: [.customShort("d"), .long], help: "Where the metalinks go.", completion: .directory)
  var directory = "."

  @Flag(name: .long, help: "Say what would be written, and write nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print errors alone.")
  var quiet = false

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "metalink")) { try await make() }
  }

  private func make() async throws {
    let torrents = try torrentURL.map { try ObjectFields.seeds([$0]) }?.first
    let selected = try await SelectedFiles(selection, options)
    if !json, !quiet, dryRun { Terminal.print(selected.coverage.summary) }
    let addresses = try selected.settings.map { try chosenAddresses($0) }
    var batch = try ObjectBatch(directory: directory, isDryRun: dryRun)
    var rows: [ObjectRow] = []
    var failures: [ArchiveError] = []
    for chosen in selected.files {
      do throws(ArchiveError) {
        let file = chosen.file
        let bytes = try file.metalink(
          addresses[chosen.suite],
          torrent: torrents.flatMap { AbsoluteURL($0.appending(file.path).string + ".torrent") }
        ).serialized()
        let path = try batch.add(bytes, "\(file.path.name).meta4", of: file.path)
        rows.append(ObjectRow(metalink: path, file: file.path, size: file.stored.content.size))
      } catch {
        failures.append(error)
      }
    }
    try batch.finish()
    try ObjectPrinter(json: json, quiet: quiet).finish(rows, selected, failures: failures) {
      $0.object ?? ""
    }
  }

  /// The settings' addresses, with the mirrors of the options where there are any.
  private func chosenAddresses(_ settings: SuiteSettings) throws(ArchiveError) -> ObjectAddresses {
    var addresses = settings.objects.addresses
    if !mirror.isEmpty {
      addresses.mirrors = []
      for text in mirror {
        addresses.mirrors.append(
          try ObjectFields.mirror(text.split(separator: ",").map(String.init)))
      }
    }
    return addresses
  }
}
