// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// `archive-tool digest`: the digests of any files.
@Suite struct DigestTests {
  private let archive: ArchiveFixture
  private let large = DebianPackage("fugue").path
  private let small = DebianPackage("canon").path

  init() throws { archive = try ArchiveFixture() }

  private func digest(_ arguments: String..., input: String = "") throws -> Outcome {
    var command = try Tool.command(["digest", "--root", archive.archive] + arguments)
    command.input = Array(input.utf8)
    return try command.run()
  }

  @Test func saysWhatTheExtendedFieldsSay() throws {
    try archive.hashInSilence()
    let published = try PublishedSet(archive.published).stanza("fugue")
    let outcome = try digest(large)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    for field in ["Filename", "Size", "SHA256", "Piece-Size", "Pieces-Root", "SHA256-Pieces"] {
      #expect(outcome.output.value(of: field) == published.value(of: field), "\(field)")
    }
    #expect(outcome.output.value(of: "SHA1-Pieces")?.split(separator: "\n").count == 3)
  }

  @Test func keepsTheOrderOfItsArguments() throws {
    let outcome = try digest(small, large, small)
    let names = outcome.output.split(separator: "\n").filter { $0.hasPrefix("Filename: ") }
    #expect(names == ["Filename: \(small)", "Filename: \(large)", "Filename: \(small)"])
  }

  @Test func readsNamesFromStandardInput() throws {
    let listed = try digest("--files-from", "-", input: "\(small)\n\(large)\n")
    let named = try digest(small, large)
    #expect(listed.output == named.output && listed.status == 0, "\(listed)")
  }

  @Test func computesOnlyWhatIsAskedFor() throws {
    let outcome = try digest("--hashes", "file", large)
    let sum = try Files.hashes([large], in: archive.archive)[large]
    #expect(outcome.output.value(of: "SHA256") == sum)
    #expect(!outcome.output.contains("Pieces"), "\(outcome)")
    let pieces = try digest("--hashes", "sha1", large)
    #expect(pieces.output.value(of: "SHA256") == nil)
    #expect(pieces.output.value(of: "SHA1-Pieces") != nil)
  }

  @Test func printsOneObjectALine() throws {
    let outcome = try digest("--json", small, large)
    let script = """
      import json, sys
      for line in sys.stdin:
          file = json.loads(line)
          print(file["filename"], file["size"], file["sha256"], len(file["sha256Pieces"]))
      """
    let lines = String(
      decoding: try Command(["python3", "-c", script], input: outcome.bytes).check(), as: UTF8.self
    ).split(separator: "\n")
    #expect(lines.count == 2 && lines[1].hasPrefix("\(large) ") && lines[1].hasSuffix(" 3"))
  }

  @Test func aFileThatIsNotThereDoesNotHideTheOthers() throws {
    let outcome = try digest("nothing.deb", small)
    #expect(outcome.status == 66 && outcome.errors.contains("nothing.deb"), "\(outcome)")
    #expect(outcome.output.value(of: "Filename") == small)
  }

  @Test(arguments: ["../keys", "/etc/passwd", "pool/../../keys"])
  func leadsNotOutOfTheRoot(path: String) throws {
    let outcome = try digest(path)
    #expect(outcome.status == 65 && outcome.output == "", "\(outcome)")
  }

  @Test func needsFiles() throws {
    let outcome = try digest()
    #expect(outcome.status == 64, "\(outcome)")
  }
}
