// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// `archive-tool verify` over the ledger: rows against each other and against what was published.
@Suite struct VerifyLedgerTests {
  private let archive: ArchiveFixture
  private static let pieces = "main/binary-amd64/Packages-pieces"

  init() throws {
    archive = try ArchiveFixture()
    try archive.hashInSilence()
  }

  /// Statements, and what is found of each.
  private static let damages: [(String, String)] = [
    (
      "UPDATE torrent SET live = live + 1 WHERE architecture = 'amd64'",
      "numbers live, the ledger counts"
    ),
    (
      "UPDATE torrent SET header = CAST(header || 'X: y' AS BLOB) WHERE architecture = 'amd64'",
      "its header gives the id"
    ),
    (
      "UPDATE torrent SET floor = 3 WHERE architecture = 'amd64'",
      "lives below the floor 3"
    ),
    (
      "UPDATE torrent SET next = 4 WHERE architecture = 'amd64'",
      "was given, the next one is 4"
    ),
    (
      "UPDATE number SET count = 2 WHERE first = 0 AND count = 1",
      "its size takes 1"
    ),
    (
      "UPDATE pieces SET sha256 = zeroblob(31) WHERE length(sha256) > 64",
      "are not as many as it has pieces"
    ),
    (
      "UPDATE pieces SET sha256 = zeroblob(length(sha256)) WHERE length(sha256) > 64",
      "SHA256-Pieces and the ledger's differ from piece 1 on"
    ),
    (
      "DELETE FROM told WHERE content = (SELECT min(content) FROM told)",
      "is told of, and noted as not"
    ),
    (
      "UPDATE number SET content = (SELECT max(content) FROM number) WHERE first = 1",
      "the ledger gave it"
    ),
    ("DELETE FROM content WHERE id = 2", "refers to one of content that is not there"),
  ]

  @Test func aRowThatIsWrong() throws {
    let good = try Files.read("\(archive.state)/ledger.sqlite")
    for (statement, words) in Self.damages {
      try archive.damageLedger(statement)
      let outcome = try archive.verifyCommand(["--percent", "0"]).run()
      #expect(outcome.status == 65, "\(statement): \(outcome)")
      #expect(outcome.errors.contains(words), "\(statement): \(outcome)")
      try Files.write(good, to: "\(archive.state)/ledger.sqlite")
    }
    try archive.expectVerified()
  }

  /// A backup was restored that is older than what was published since.
  @Test func aLedgerThatKnowsLessThanWasPublished() throws {
    let backup = "\(archive.directory)/backup"
    try Files.copyTree(archive.state, to: backup)
    try archive.update()
    try archive.hashInSilence()
    try Files.remove(archive.state)
    try Files.move(backup, to: archive.state)
    try archive.expectFound(
      "the ledger is older than what was published", "do not run hash", "Next-Piece of torrent")
    // Publishing would take numbers back that clients have.
    let before = try TreeState.status(of: archive.overlay)
    try archive.expectFound("the ledger is older", by: ["--repair"])
    try expectUnchanged(archive.overlay, since: before)
  }

  @Test func aMemberThatTheLedgerLost() throws {
    try archive.damageLedger(
      """
      UPDATE member
      SET bytes = CAST(substr(bytes, 1, 100) || zeroblob(10) || substr(bytes, 111) AS BLOB)
      WHERE piece_index = (SELECT id FROM piece_index WHERE path = '\(Self.pieces)')
      """)
    try archive.expectFound("member 0 is not what", "it does not decompress")
    try archive.expectFound("taken from the published file", status: 0, by: ["--repair"])
    try archive.expectVerified()
  }

  @Test func aBlockThatIsNotWhatWasStored() throws {
    let blocks = "\(archive.state)/blocks"
    let block = try #require(Files.names(in: blocks).first { $0.hasSuffix(".block") })
    try Files.overwrite("\(blocks)/\(block)", at: 100, with: [1, 2, 3])
    try archive.expectFound("\(block): is not the bytes that were stored")
    try archive.expectFound("removed", status: 0, by: ["--repair"])
    #expect(!Files.exists("\(blocks)/\(block)"))
    try archive.expectVerified()
  }

  @Test func aNumberThatTwoContentsHave() throws {
    // The one package of contrib with the number of one of main, published as if all were well.
    try archive.damageLedger(
      """
      UPDATE member SET bytes = pack(replace(unpack(bytes), 'Piece-Numbers: 0', 'Piece-Numbers: 1'))
      WHERE piece_index = (SELECT id FROM piece_index
        WHERE path = 'contrib/binary-amd64/Packages-pieces')
      """)
    try archive.damageLedger("DELETE FROM publication")
    try archive.hashInSilence()
    try archive.expectFound(
      "the numbers 1 of ", "overlap", "has the numbers 1, the ledger gave it 0",
      "and is no beginning of contrib/binary-amd64/Packages-pieces.gz")
  }

  @Test func aDatabaseThatIsDamaged() throws {
    let size = try Files.size("\(archive.state)/ledger.sqlite")
    for page in stride(from: 8192, to: min(size, 60_000), by: 4096) {
      try Files.overwrite(
        "\(archive.state)/ledger.sqlite", at: page, with: [UInt8](repeating: 0xFF, count: 64))
    }
    let outcome = try archive.verifyCommand(["--percent", "0"]).run()
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("restore it from a backup"), "\(outcome)")
  }
}
