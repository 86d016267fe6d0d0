// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Publisher
internal import StandardObjects
internal import TorrentMetadata

/// `archive-tool magnet`: magnet links of packages.
struct MagnetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "magnet", abstract: "Print magnet links of packages, one a line.",
    discussion: """
      A link holds the info hash of the torrent that archive-tool torrent makes of the same file. \
      Clients that do not take web seeds from links need a peer that has the torrent.
      """)

  @OptionGroup var options: ArchiveOptions
  @OptionGroup(title: "Packages") var selection: PackageSelection
  @OptionGroup(title: "Addresses") var addresses: AddressOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "v1, v2 or hybrid. (default: Torrent-Form, or v1)", valueName: "v1|v2|hybrid"))
  var format: String?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "magnet")) { try await print() }
  }

  private func print() async throws {
    let form = try format.map(ObjectFields.form)
    let selected = try await SelectedFiles(selection, options)
    let addresses = try selected.settings.map { try self.addresses.applied(to: $0) }
    var rows: [ObjectRow] = []
    var failures: [ArchiveError] = []
    for chosen in selected.files {
      do throws(ArchiveError) {
        let torrent = try chosen.file.torrent(
          form ?? selected.settings[chosen.suite].objects.form, addresses[chosen.suite])
        rows.append(ObjectRow(torrent, files: [chosen.file.path], object: nil, hasLink: true))
      } catch {
        failures.append(error)
      }
    }
    try ObjectPrinter(json: json, quiet: false).finish(rows, selected, failures: failures) {
      $0.magnet ?? ""
    }
  }
}
