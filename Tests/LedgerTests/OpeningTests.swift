// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Foundation
import Ledger
import Testing

@Suite("A ledger that is opened")
struct OpeningTests {
  private let scratch: ScratchDirectory
  private var file: String { "\(scratch.path)/ledger.sqlite" }

  init() throws { scratch = try ScratchDirectory() }

  private func refusal() -> ArchiveError? {
    failure { () throws(ArchiveError) in _ = try Ledger(scratch) }
  }

  private func refusalOfCopy() -> ArchiveError? {
    failure { () throws(ArchiveError) in
      var generator = SeededGenerator(seed: 1)
      _ = try Ledger(copyOf: scratch.path, using: &generator)
    }
  }

  @Test("for the first time draws its publisher's id")
  func fresh() throws {
    #expect(!Ledger.exists(in: scratch.path))
    var generator = SeededGenerator(seed: 7)
    let publisher = PublisherID(using: &generator)
    #expect(try Ledger(scratch, seed: 7).publisher == publisher)
    #expect(Ledger.exists(in: scratch.path))
  }

  @Test("again keeps its publisher's id")
  func reopened() throws {
    let publisher = try Ledger(scratch, seed: 1).publisher
    #expect(try Ledger(scratch, seed: 2).publisher == publisher)
  }

  @Test("to be looked at is not written to, so that servers see no news")
  func untouched() throws {
    let publisher = try Ledger(scratch, seed: 1).publisher
    let before = scratch.bytes("ledger.sqlite")
    var generator = SeededGenerator(seed: 2)
    #expect(try Ledger(lookingAt: scratch.path, using: &generator).publisher == publisher)
    #expect(scratch.bytes("ledger.sqlite") == before)
  }

  @Test("is not shared by two directories")
  func publishers() throws {
    let other = try ScratchDirectory()
    #expect(try Ledger(scratch, seed: 1).publisher != Ledger(other, seed: 2).publisher)
  }

  @Test("of a newer format is refused, by a dry run too")
  func newerFormat() throws {
    _ = try Ledger(scratch)
    try execute("INSERT INTO grdb_migrations VALUES ('1000')", in: file)
    let expected = ArchiveError(
      .configuration, "the ledger was written by a newer archive-tool",
      at: ArchiveError.Place(file: file), advice: "run that version, or restore a backup")
    #expect(refusal() == expected)
    #expect(refusalOfCopy() == expected)
  }

  @Test("of a newer format is left as it is")
  func newerFormatStays() throws {
    _ = try Ledger(scratch)
    try execute("INSERT INTO grdb_migrations VALUES ('1000')", in: file)
    let before = try dump(file)
    #expect(refusal() != nil)
    #expect(try dump(file) == before)
  }

  @Test("and is no database is refused as damaged, by a dry run too")
  func noDatabase() throws {
    try scratch.write(Array(repeating: 0x41, count: 8192), to: "ledger.sqlite")
    let expected = ArchiveError(
      .data, "the ledger is damaged: file is not a database", at: ArchiveError.Place(file: file),
      advice: "restore it from a backup")
    #expect(refusal() == expected)
    #expect(refusalOfCopy() == expected)
  }

  @Test("with a damaged page is refused as damaged")
  func damagedPage() throws {
    _ = try Ledger(scratch)
    var bytes = [UInt8](try #require(scratch.bytes("ledger.sqlite")))
    // Everything behind the header of the first page, the table of tables with it.
    for index in 100..<bytes.count { bytes[index] = 0xFF }
    try scratch.write(bytes, to: "ledger.sqlite")
    #expect(refusal()?.code == .data)
  }

  @Test("with a damaged publisher's id is refused as damaged")
  func damagedPublisher() throws {
    _ = try Ledger(scratch)
    try execute("UPDATE setting SET value = 'me' WHERE name = 'publisher'", in: file)
    let expected = ArchiveError(
      .data, "the ledger's publisher id is damaged", at: ArchiveError.Place(file: file))
    #expect(refusal() == expected)
  }

  @Test("in a directory that does not exist is refused")
  func noDirectory() throws {
    let error = failure { () throws(ArchiveError) in
      var generator = SeededGenerator(seed: 1)
      _ = try Ledger(directory: "\(scratch.path)/none", using: &generator)
    }
    #expect(error?.code == .cannotCreate)
    #expect(error?.place == ArchiveError.Place(file: "\(scratch.path)/none/ledger.sqlite"))
  }
}
