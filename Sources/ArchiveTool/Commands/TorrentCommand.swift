// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Publisher
internal import StandardObjects
internal import TorrentMetadata

/// `archive-tool torrent`: standard torrents of packages, each alone or several as a set.
struct TorrentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "torrent",
    abstract: "Make torrents of packages that any client can load.",
    discussion: """
      A torrent of one file is made from the ledger alone and never changes once made. A set needs \
      the pieces at files' borders read from the pool; they are checked on the way.
      """)

  @OptionGroup var options: ArchiveOptions
  @OptionGroup(title: "Packages") var selection: PackageSelection
  @OptionGroup(title: "Addresses") var addresses: AddressOptions
  @OptionGroup(title: "Sets") var setOptions: SetOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "v1, v2 or hybrid. (default: Torrent-Form, or v1)", valueName: "v1|v2|hybrid"))
  var format: String?

  @Option(
    name: [.customShort("d"), .long], help: "Where the torrents go.", completion: .directory)
  var directory = "."

  @Flag(name: .long, help: "Say what would be written, and write nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print errors alone.")
  var quiet = false

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "torrent")) { try await make() }
  }

  private func make() async throws {
    let form = try format.map(ObjectFields.form)
    let selected = try await SelectedFiles(selection, options)
    if !json, !quiet, dryRun { Terminal.print(selected.coverage.summary) }
    if let name = setOptions.set {
      return try makeSet(name, form, selected)
    }
    let addresses = try selected.settings.map { try self.addresses.applied(to: $0) }
    var batch = try ObjectBatch(directory: directory, isDryRun: dryRun)
    var rows: [ObjectRow] = []
    var failures: [ArchiveError] = []
    for chosen in selected.files {
      do throws(ArchiveError) {
        let file = chosen.file
        let torrent = try file.torrent(
          form ?? selected.settings[chosen.suite].objects.form, addresses[chosen.suite])
        let path = try batch.add(torrent.bytes, "\(file.path.name).torrent", of: file.path)
        rows.append(ObjectRow(torrent, files: [file.path], object: path, hasLink: json))
      } catch {
        failures.append(error)
      }
    }
    try batch.finish()
    try print(rows, selected, failures)
  }

  private func makeSet(_ name: String, _ form: TorrentForm?, _ selected: SelectedFiles) throws {
    guard let first = selected.files.first else { return }
    let settings = selected.settings[first.suite]
    let path = "\(directory)/\(name).torrent"
    let predecessor = try setOptions.predecessor(at: path)
    let form = form ?? settings.objects.form
    let set = try FileSet(
      selected.files.map(\.file), form: form, isPadded: setOptions.padded,
      pieceSize: try setOptions.pieceSize(settings, predecessor),
      limits: setOptions.limits)
    let torrent = try set.torrent(
      try addresses.applied(to: settings), root: selected.root,
      collection: setOptions.collection
        ?? (selected.suites + [name]).joined(separator: " "), predecessor: predecessor)
    if torrent.webSeeds.isEmpty, !json, !quiet {
      Terminal.complain(
        set.isPadded
          ? "no web seed that answers for padding is known: see Torrent-Padding-Seeds"
          : "no web seed is known: see Torrent-Web-Seeds")
    }
    // The same files: what others have of the torrent stays as it was.
    let isSame = predecessor?.info.wireHashes == torrent.info.wireHashes && exists(path)
    if !isSame || setOptions.previous != nil {
      var batch = try ObjectBatch(directory: directory, isDryRun: dryRun)
      _ = try batch.add(torrent.bytes, "\(name).torrent", of: first.file.path)
      try batch.finish()
    }
    let row = ObjectRow(torrent, files: set.files.map(\.path), object: path, hasLink: json)
    try print([row], selected, [])
  }

  private func print(
    _ rows: [ObjectRow], _ selected: SelectedFiles, _ failures: [ArchiveError]
  ) throws {
    try ObjectPrinter(json: json, quiet: quiet).finish(rows, selected, failures: failures) { row in
      "\([row.infoHashV1, row.infoHashV2].compactMap(\.self).joined(separator: " ")) "
        + (row.object ?? "")
    }
  }
}
