// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Foundation
import Ledger
import Testing

@Suite("A copy of a ledger for a dry run")
struct DryRunTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func copy() throws(ArchiveError) -> Ledger {
    var generator = SeededGenerator(seed: 99)
    return try Ledger(copyOf: scratch.path, using: &generator)
  }

  @Test("knows all that the ledger knows")
  func knows() throws {
    let ledger = try Ledger(scratch)
    let archive = try ledger.archive(path: "/srv/debian")
    _ = try ledger.remember([verified("a")], archive: archive)
    let copy = try copy()
    #expect(copy.publisher == ledger.publisher)
    let id = try content("a")
    #expect(try copy.digests(of: id, pieceSize: .leaf)?.digests == digests(1))
  }

  @Test("leaves the file as it is, whatever is written to it")
  func leaves() throws {
    // Closed, so that nothing waits in the write-ahead log.
    do { _ = try Ledger(scratch).archive(path: "/srv/debian") }
    let before = scratch.bytes("ledger.sqlite")
    let copy = try copy()
    let suite = try copy.suite(origin: "Test", name: "tester")
    _ = try copy.beginGeneration(header(copy), suite: suite)
    #expect(scratch.bytes("ledger.sqlite") == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["ledger.sqlite"])
    #expect(try Ledger(scratch).findSuite(origin: "Test", name: "tester") == nil)
  }

  @Test("of none is empty and makes none")
  func none() throws {
    let copy = try copy()
    #expect(try copy.findSuite(origin: "Test", name: "tester") == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }
}
