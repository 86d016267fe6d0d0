// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Publisher
internal import TorrentMetadata

/// What the commands that make objects say of each.
struct ObjectRow: Encodable {
  /// What was written, or would be; nil for links.
  var object: String?
  /// Below the archive root; of sets the files.
  var files: [String]
  var size: UInt64
  var form: String?
  var infoHashV1: String?
  var infoHashV2: String?
  var magnet: String?

  /// The row of a torrent, with its magnet link where somebody will read it.
  init(_ torrent: Metainfo, files: [ArchivePath], object: String?, hasLink: Bool) {
    self.object = object
    self.files = files.map(\.string)
    size = torrent.info.contentSize.rawValue
    form = torrent.info.form.rawValue
    infoHashV1 = torrent.info.v1Hash?.description
    infoHashV2 = torrent.info.v2Hash?.description
    if hasLink { magnet = MagnetLink(torrent).description }
  }

  /// The row of a metalink.
  init(metalink: String, file: ArchivePath, size: ByteCount) {
    object = metalink
    files = [file.string]
    self.size = size.rawValue
  }
}

/// Prints what was made: a line each, or one JSON object.
struct ObjectPrinter {
  let json: Bool
  let quiet: Bool

  /// Prints `rows`, `line` saying how one looks to people, and the trouble there was.
  ///
  /// - Throws: `Status` of the first trouble.
  func finish(
    _ rows: [ObjectRow], _ selected: SelectedFiles, failures: [ArchiveError] = [],
    line: (ObjectRow) -> String
  ) throws {
    let problems = selected.problems + failures
    if json {
      struct Output: Encodable {
        let objects: [ObjectRow]
        let coverage: Choice.Coverage
        let problems: [String]
      }
      try Terminal.print(
        json: Output(
          objects: rows, coverage: selected.coverage, problems: problems.map { "\($0)" }))
    } else if !quiet {
      for row in rows { Terminal.print(Terminal.clean(line(row))) }
    }
    for problem in problems { Terminal.complain("\(problem)") }
    if let first = problems.first { throw Status(code: first.code.rawValue) }
  }
}

extension Choice.Coverage {
  /// `812 of 63440 files, 80.3 % of bytes, 91.2 % of downloads`.
  var summary: String {
    var text = "\(files) of \(allFiles) files, \(Units.fixed(byteShare, 1)) % of bytes"
    if let downloadShare { text += ", \(Units.fixed(downloadShare, 1)) % of downloads" }
    return text
  }
}
