// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing

@testable import Ledger
@testable import Publisher

@Suite("A torrent is seen whole")
struct CompletenessTests {
  private static let amd64 = "main/binary-amd64/Packages"
  private static let all = "main/binary-all/Packages"
  private let suite: TestSuite
  private let bytes = Array("x".utf8)

  init() throws { suite = try TestSuite() }

  private func described(_ paths: String...) throws -> [DescribedIndex] {
    try paths.map { DescribedIndex(path: $0, content: try content("x")) }
  }

  private func record(_ path: String, _ described: [DescribedIndex]) -> [String: PieceIndexRecord] {
    [
      path: PieceIndexRecord(row: 1, path: path, described: described, told: [], members: 1)
    ]
  }

  private func isComplete(
    _ architecture: String = "amd64", present: [String], absent: [String] = [],
    records: [String: PieceIndexRecord], settings: SuiteSettings = SuiteSettings()
  ) throws -> Bool {
    func files(_ paths: [String]) -> [String: [UInt8]] {
      Dictionary(uniqueKeysWithValues: paths.map { ($0, bytes) })
    }
    let release = try suite.publish(files(present), absent: files(absent))
    return Completeness(
      selection: try suite.selection(release, settings), release: release, pieceIndices: records
    ).isComplete(architecture)
  }

  @Test("when it was never seen before")
  func first() throws {
    #expect(try isComplete(present: [Self.amd64], records: [:]))
  }

  @Test("when every index that listed it is read again")
  func readAgain() throws {
    let records = record("main/binary-amd64/Packages-pieces", try described(Self.amd64))
    #expect(try isComplete(present: [Self.amd64], records: records))
  }

  @Test("but for an index that Release lists and the disk lacks now")
  func absent() throws {
    let records = record("main/binary-amd64/Packages-pieces", try described(Self.amd64))
    #expect(try !isComplete(present: [Self.all], absent: [Self.amd64], records: records))
    #expect(try !isComplete(present: [Self.all], absent: [Self.amd64 + ".xz"], records: records))
  }

  @Test("though an index is absent that was never read")
  func neverRead() throws {
    let records = record("main/binary-amd64/Packages-pieces", try described(Self.amd64))
    let absent = ["contrib/binary-amd64/Packages.gz"]
    #expect(try isComplete(present: [Self.amd64], absent: absent, records: records))
  }

  @Test("when an index is gone from Release")
  func goneFromRelease() throws {
    let records = record("main/binary-amd64/Packages-pieces", try described(Self.amd64))
    #expect(try isComplete(present: [Self.all], records: records))
  }

  @Test("when an index lies beyond what the configuration expects")
  func unexpected() throws {
    let records = record("main/binary-amd64/Packages-pieces", try described(Self.amd64))
    var settings = SuiteSettings()
    settings.architectures = ["all"]
    #expect(
      try isComplete(present: [Self.amd64, Self.all], records: records, settings: settings))
  }

  @Test("by no run that the command line limits, whatever it reads")
  func filtered() throws {
    let records = record("main/binary-amd64/Packages-pieces", try described(Self.amd64))
    let present = [Self.amd64, Self.all]
    for filter in ["all", "amd64"] {
      var settings = SuiteSettings()
      settings.architectureFilter = [filter]
      #expect(try !isComplete(present: present, records: records, settings: settings))
    }
    var settings = SuiteSettings()
    settings.componentFilter = ["main"]
    #expect(try !isComplete(present: present, records: records, settings: settings))
    #expect(try !isComplete(present: present, records: [:], settings: settings))
  }

  @Test("only with the indices of every architecture that list its packages")
  func architectureAll() throws {
    let records = record(
      "main/binary-all/Packages-pieces",
      try described(Self.amd64, "main/binary-arm64/Packages"))
    let absent = ["main/binary-arm64/Packages"]
    #expect(try !isComplete("all", present: [Self.amd64], absent: absent, records: records))
    #expect(try isComplete("all", present: [Self.amd64], records: records))
  }

  @Test("whatever becomes of another torrent's indices")
  func otherTorrent() throws {
    let records = record("main/binary-amd64/Packages-pieces", try described(Self.amd64))
    #expect(try isComplete("all", present: [Self.all], absent: [Self.amd64], records: records))
  }

  @Test("with the sources and the installer's packages as with others")
  func otherKinds() throws {
    let sources = record("main/source/Sources-pieces", try described("main/source/Sources"))
    #expect(
      try !isComplete(
        "source", present: [Self.amd64], absent: ["main/source/Sources.xz"], records: sources))
    let installer = record(
      "main/debian-installer/binary-amd64/Packages-pieces",
      try described("main/debian-installer/binary-amd64/Packages"))
    #expect(
      try !isComplete(
        present: [Self.amd64], absent: ["main/debian-installer/binary-amd64/Packages.xz"],
        records: installer))
  }
}
