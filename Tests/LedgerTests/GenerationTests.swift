// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import Testing

@Suite("A generation in the ledger")
struct GenerationTests {
  private let ledger: Ledger
  private let suite: SuiteRecord

  init() throws {
    ledger = try Ledger(seed: 1)
    suite = try ledger.suite(origin: "Test", name: "tester")
  }

  @Test("is stored as its header says, with no number given")
  func stored() throws {
    let header = header(ledger)
    let record = try ledger.beginGeneration(header, suite: suite)
    #expect(try ledger.torrents(of: suite) == [record])
    #expect(record.header == header.stanza)
    #expect(try record.id == TorrentHeader.torrentID(of: header.stanza))
    #expect(record.architecture == "amd64")
    #expect(record.generation == 1)
    #expect(record.base == .leaf)
    #expect(record.created == ArchiveDate(seconds: 1000))
    #expect(record.numbering == Numbering())
    #expect(record.superseded == nil)
  }

  @Test("supersedes the one before it, from its own date on")
  func superseded() throws {
    _ = try ledger.beginGeneration(header(ledger), suite: suite)
    _ = try ledger.beginGeneration(header(ledger, generation: 2, created: 5000), suite: suite)
    _ = try ledger.beginGeneration(header(ledger, generation: 3, created: 7000), suite: suite)
    let torrents = try ledger.torrents(of: suite)
    #expect(torrents.map(\.generation) == [1, 2, 3])
    #expect(
      torrents.map(\.superseded) == [ArchiveDate(seconds: 5000), ArchiveDate(seconds: 7000), nil])
  }

  @Test("supersedes no other architecture's, and no other suite's")
  func others() throws {
    let other = try ledger.suite(origin: "Test", name: "other")
    _ = try ledger.beginGeneration(header(ledger), suite: suite)
    _ = try ledger.beginGeneration(header(ledger, "all"), suite: suite)
    var elsewhere = header(ledger)
    elsewhere.codename = "other"
    _ = try ledger.beginGeneration(elsewhere, suite: other)
    let torrents = try ledger.torrents(of: suite) + ledger.torrents(of: other)
    #expect(torrents.map(\.architecture) == ["all", "amd64", "amd64"])
    #expect(torrents.allSatisfy { $0.superseded == nil })
  }

  @Test("is begun once")
  func twice() throws {
    let first = try ledger.beginGeneration(header(ledger), suite: suite)
    let error = failure { () throws(ArchiveError) in
      _ = try ledger.beginGeneration(header(ledger), suite: suite)
    }
    #expect(error?.code == .software)
    #expect(try ledger.torrents(of: suite) == [first])
  }
}

@Suite("A suite in the ledger")
struct SuiteTests {
  private let ledger: Ledger

  init() throws { ledger = try Ledger(seed: 1) }

  @Test("is found by origin and name")
  func found() throws {
    let suite = try ledger.suite(origin: "Debian", name: "bookworm")
    #expect(try ledger.suite(origin: "Debian", name: "bookworm") == suite)
    #expect(try ledger.suite(origin: "Other", name: "bookworm").row != suite.row)
    #expect(try ledger.suite(origin: "Debian", name: "trixie").row != suite.row)
    #expect(suite.releaseDate == nil)
  }

  @Test("is not made by looking for it")
  func looked() throws {
    #expect(try ledger.findSuite(origin: "Debian", name: "bookworm") == nil)
    let suite = try ledger.suite(origin: "Debian", name: "bookworm")
    #expect(try ledger.findSuite(origin: "Debian", name: "bookworm") == suite)
  }

  @Test("lies in an archive, which is known by its path")
  func archive() throws {
    let row = try ledger.archive(path: "/srv/debian")
    #expect(try ledger.archive(path: "/srv/debian") == row)
    #expect(try ledger.archive(path: "/srv/other") != row)
  }
}
