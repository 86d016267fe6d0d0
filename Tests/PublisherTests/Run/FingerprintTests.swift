// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import PackagesParser
import Testing

@testable import Publisher

@Suite("The fingerprint of a publication")
struct FingerprintTests {
  private let original: Fingerprint

  init() throws {
    original = Fingerprint(
      release: try digest(1),
      indices: [
        DescribedIndex(path: "main/binary-all/Packages", content: try content("a")),
        DescribedIndex(path: "main/binary-amd64/Packages", content: try content("b")),
      ],
      torrents: [
        try torrentRecord(numbering: Numbering(next: PieceNumber(5), live: 4)),
        try torrentRecord("all"),
      ],
      leftOut: [try ArchivePath("pool/a"), try ArchivePath("pool/b")], aliases: ["stable"],
      settings: SuiteSettings())
  }

  @Test("changes with each thing that the published bytes depend on")
  func parts() throws {
    let changes: [(inout Fingerprint) throws -> Void] = [
      { $0.release = try digest(2) },
      { $0.indices.removeLast() },
      { $0.indices[0] = DescribedIndex(path: $0.indices[0].path, content: try content("c")) },
      { $0.indices[0] = DescribedIndex(path: "main/x/Packages", content: $0.indices[0].content) },
      { $0.torrents.removeLast() },
      { $0.torrents[1] = try torrentRecord("all", generation: 2) },
      { $0.torrents[0].numbering = Numbering(next: PieceNumber(6), live: 4) },
      { $0.torrents[0].numbering = Numbering(next: PieceNumber(5), live: 3) },
      {
        $0.torrents[0].numbering = Numbering(
          floor: PieceNumber(1), next: PieceNumber(5), live: 4)
      },
      { $0.leftOut.removeLast() },
      { $0.leftOut[0] = try ArchivePath("pool/c") },
      { $0.aliases = [] },
      { $0.aliases = ["testing"] },
      { $0.settings.publish = .inPlace },
      { $0.settings.fields = [.numbers] },
      { $0.settings.legacySHA1 = true },
      { $0.settings.compressions = [.xz] },
      { $0.settings.compressions = [.gzip, .xz] },
      { $0.settings.trackers = ["http://tracker/announce"] },
      { $0.settings.webSeeds = ["http://tracker/announce"] },
      { $0.settings.signKey = "0123456789ABCDEF" },
      { $0.settings.signCommand = "0123456789ABCDEF" },
    ]
    var digests = [try original.digest()]
    for change in changes {
      var changed = original
      try change(&changed)
      digests.append(try changed.digest())
    }
    #expect(Set(digests).count == changes.count + 1)
  }

  @Test("is the same whatever the order in which indices and files were met")
  func order() throws {
    var other = original
    other.indices.reverse()
    other.leftOut.reverse()
    #expect(try other.digest() == original.digest())
  }

  @Test("does not change with what the published bytes do not depend on")
  func indifferent() throws {
    var other = original
    other.settings.jobs = 8
    other.settings.wait = 1
    other.settings.archive = "/elsewhere"
    other.settings.allowOlder = true
    #expect(try other.digest() == original.digest())
  }
}
