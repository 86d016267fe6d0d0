// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import TorrentMetadata

/// `archive-tool inspect`: what a torrent, magnet link or metalink holds, and whether it is sound.
struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a torrent, magnet link or metalink holds, and whether it is sound.",
    discussion: "Ends with 65 when one is not sound.")

  @Argument(
    help: ArgumentHelp("Files, - for standard input, and magnet links.", valueName: "object"),
    completion: .file())
  var objects: [String]

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print only what is wrong.")
  var quiet = false

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "inspect")) { try inspect() }
  }

  private func inspect() throws {
    var failure: ArchiveError?
    var isSound = true
    var rows: [Row] = []
    for object in objects {
      do throws(ArchiveError) {
        let inspection = try Self.inspection(object)
        isSound = isSound && inspection.isSound
        if json { rows.append(Row(object, inspection)) } else { describe(object, inspection) }
      } catch {
        Terminal.complain("\(error)")
        failure = failure ?? error
      }
    }
    if json { try Terminal.print(json: rows) }
    if !isSound { throw Status(code: ExitCode.data.rawValue) }
    if let failure { throw Status(code: failure.code.rawValue) }
  }

  private static func inspection(_ object: String) throws(ArchiveError) -> Inspection {
    if object.lowercased().hasPrefix("magnet:") {
      return Inspection(Array(object.utf8), name: "the magnet link")
    }
    let limits = MetadataLimits()
    let bytes = try WholeFile.read(object, limit: limits.torrentBytes)
    return Inspection(bytes, name: object == "-" ? "standard input" : object, limits: limits)
  }

  private func describe(_ object: String, _ inspection: Inspection) {
    let kind = inspection.kind?.rawValue ?? "unknown"
    let verdict = inspection.isSound ? "sound" : "not sound"
    var lines = ["\(object.prefix(200)): \(kind), \(verdict)"]
    if !quiet { lines += inspection.facts.map { "  \(Self.shortened("\($0)"))" } }
    for finding in inspection.findings where !quiet || finding.severity == .error {
      lines.append("  \(finding)")
    }
    if quiet, inspection.isSound { return }
    Terminal.print(lines.map(Terminal.clean).joined(separator: "\n"))
  }

  /// The digests of many pieces are nothing to look at.
  private static func shortened(_ text: String) -> String {
    text.utf8.count <= 400 ? text : "\(text.prefix(200))… (\(text.utf8.count) bytes)"
  }

  /// One object as JSON has it, whole.
  private struct Row: Encodable {
    struct Entry: Encodable {
      let label: String
      let value: String
    }

    struct Trouble: Encodable {
      let severity: String
      let text: String
      let place: String?
    }

    let object: String
    let kind: String?
    let isSound: Bool
    let facts: [Entry]
    let findings: [Trouble]

    init(_ object: String, _ inspection: Inspection) {
      self.object = object
      kind = inspection.kind?.rawValue
      isSound = inspection.isSound
      facts = inspection.facts.map { Entry(label: $0.label, value: $0.value) }
      findings = inspection.findings.map {
        Trouble(
          severity: $0.severity.rawValue, text: $0.text, place: $0.place.map { "\($0)" })
      }
    }
  }
}
