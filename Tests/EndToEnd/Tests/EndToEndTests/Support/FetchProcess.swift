// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Testing

/// A client of an archive: a directory to fetch to, a cache, and whom it trusts.
struct FetchClient {
  let archive: ArchiveFixture
  var url: String
  /// Beside what every command gets.
  var environment: [String: String] = [:]
  var keyrings: [String]
  /// Goes with the archive.
  let directory: String
  let cache: String
  /// The suite, and the like.
  var options = ["--suite", "bookworm", "--no-peers"]

  /// Trusts the archive's key and the operator's.
  init(_ archive: ArchiveFixture, _ seeder: SeedProcess, name: String = "client") {
    self.archive = archive
    url = seeder.url
    keyrings = [archive.keys.archive.keyring, archive.keys.operator_.keyring]
    directory = "\(archive.directory)/\(name)/files"
    cache = "\(archive.directory)/\(name)/cache"
  }

  func command(_ arguments: [String], input: String = "") throws -> Command {
    var command = try Tool.command(
      ["fetch", "--mirror", url, "--directory", directory, "--cache", cache]
        + keyrings.flatMap { ["--keyring", $0] } + arguments + options)
    command.input = Array(input.utf8)
    command.environment.merge(environment) { $1 }
    return command
  }

  func run(_ arguments: String...) throws -> Outcome { try command(arguments).run() }

  /// Fetches what must be had, without a word.
  func fetch(_ arguments: String..., at place: SourceLocation = #_sourceLocation) throws -> Report {
    let outcome = try command(arguments + ["--json"]).run()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)", sourceLocation: place)
    return try JSONDecoder().decode(Report.self, from: Data(outcome.bytes))
  }

  /// What `--json` prints.
  struct Report: Decodable {
    struct File: Decodable {
      let package: String
      let version: String
      let architecture: String
      let path: String
      let sha256: String
      let pieces: Int
      let torrent: String?
      let error: String?
    }

    struct Totals: Decodable {
      let bytesWanted: UInt64
      let bytesPresent: UInt64
      let bytesFromPeers: UInt64
      let bytesFromWebSeeds: UInt64
      let bytesWasted: UInt64
      let filesDone: UInt64
    }

    struct Swarm: Decodable {
      let fromPeers: UInt64
      let fromMirrorPeer: UInt64
      let fromWeb: UInt64
      let bad: UInt64
      let banned: Int
      let connected: Int
    }

    let files: [File]
    let totals: Totals
    let swarm: Swarm
  }

  /// Where a package is when it is there.
  func path(of package: DebianPackage) -> String {
    "\(directory)/\(package.path.split(separator: "/").last ?? "")"
  }

  /// The files must be those of the archive, and nothing half done beside them.
  func expectFetched(
    _ packages: DebianPackage..., at place: SourceLocation = #_sourceLocation
  ) throws {
    for package in packages {
      let file = try Files.read(path(of: package))
      #expect(
        file == (try Files.read("\(archive.archive)/\(package.path)")), sourceLocation: place)
    }
    #expect(
      !Files.names(in: directory).contains { $0.hasSuffix(".partial") }, sourceLocation: place)
  }
}
