// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import ArgumentParser
internal import Seeder
internal import TrackerDaemon

/// `archive-tool status`: how a running daemon is.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how a running daemon is.",
    discussion: """
      Asks the admin listener of seed or track, and prints what it says: its warnings first, then \
      what is published, who is connected and what was sent. The same, with plots, is the page at \
      http://ADMIN/ of seed.

      Ends with 69 when no daemon answers. With --check it ends with 1 when there is a warning, so \
      that a monitor can call it.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      The daemon's admin address, as 127.0.0.1:8081 or unix:/run/archive-tool/admin.sock. \
      (default: Admin of the configuration)
      """, valueName: "address"))
  var admin: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The configuration. (default: /etc/archive-tool.conf)", valueName: "file"),
    completion: .file(extensions: ["conf"]))
  var config: String?

  @Flag(name: .long, help: "Print what the daemon says as it is, which is JSON.")
  var json = false

  @Flag(name: .long, help: "End with 1 when there are warnings, and print nothing but them.")
  var check = false

  func run() async throws {
    let text = try await AdminClient(address: try address()).get("/status")
    let table: StatusTable
    let warnings: [StatusWarning]
    if let status = StatusJSON.decode(SeederStatus.self, from: text) {
      (table, warnings) = (StatusTable(status), status.warnings)
    } else if let status = StatusJSON.decode(StatusDocument.self, from: text) {
      (table, warnings) = (StatusTable(status), status.warnings)
    } else {
      throw ArchiveError(
        .unavailable, "the daemon says something that this version does not understand",
        at: ArchiveError.Place(file: try address().description),
        advice: "ask it by the archive-tool that it is, or restart it")
    }
    if json {
      Terminal.print(text.last == "\n" ? String(text.dropLast()) : text)
    } else if check {
      for warning in warnings {
        Terminal.print(Terminal.clean("\(warning.code): \(warning.text) \(warning.action)"))
      }
    } else {
      table.lines.forEach { Terminal.print($0) }
    }
    if check, !warnings.isEmpty { throw Status(code: 1) }
  }

  private func address() throws -> ListenAddress {
    if let admin {
      let isURL = admin.hasPrefix("http://")
      let address = isURL ? String(admin.dropFirst(7).prefix { $0 != "/" }) : admin
      return try ListenAddress(address)
    }
    guard let configured = try ConfigurationFile(path: config).words(.admin).first else {
      throw ArchiveError(
        .usage, "which daemon?", advice: "name its admin address by --admin, or Admin")
    }
    return try ListenAddress(configured)
  }
}
