// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

@Suite struct ConfigurationTests {
  private static let example: String = {
    let steps = "Tests/EndToEnd/Tests/EndToEndTests/ConfigurationTests.swift"
    return "\(#filePath.dropLast(steps.count))examples/archive-tool.conf"
  }()

  @Test func anUnknownFieldIsNamedWithItsLine() throws {
    let archive = try ArchiveFixture()
    try Files.write(
      "Archive: \(archive.archive)\n# a remark\nPiece-Sise: 64K\n", to: archive.configuration)
    try archive.expectRefusal(
      78, saying: "\(archive.configuration):3:", "unknown field 'Piece-Sise'",
      by: ["--suite", "bookworm"])
  }

  @Test(arguments: [
    ("Piece-Size: 48K", "a power of two"), ("Jobs: many", "a number"), ("Wait: -1", "a number"),
    ("Publish: above", "beside or in-place"), ("Allow-Older: perhaps", "yes or no"),
    ("Fields: numbers leaves", "numbers, roots, hashes"), ("Compress: lzma", "xz, gz, bz2, zst"),
    ("Retire-Limit: 101", "from 0 to 100"), ("Jobs: 1\nJobs: 2", "given twice"),
  ])
  func aWrongValueIsNamedWithItsLineAndWhatWasExpected(line: String, expected: String) throws {
    let archive = try ArchiveFixture()
    try archive.configure(line)
    let number = 6 + line.split(separator: "\n").count
    try archive.expectRefusal(78, saying: "\(archive.configuration):\(number)", expected)
  }

  @Test func aStanzaOverridesForItsSuite() throws {
    let archive = try ArchiveFixture()
    try archive.configure("\nSuite: stable\nFields: numbers\n\nSuite: other\nFields: roots\n")
    try archive.hashInSilence()
    let stanza = try PublishedSet(archive.published).stanza("fugue")
    #expect(stanza.value(of: "Piece-Numbers") != nil)
    #expect(stanza.value(of: "Pieces-Root") == nil)
  }

  /// What is said of one run alone has no place in a file.
  @Test func everyLastingOptionHasAField() throws {
    let archive = try ArchiveFixture()
    let ofOneRun: Set<String> = [
      "config", "hook", "dry-run", "json", "quiet", "verbose", "version", "help",
    ]
    // Options that select among several are fields in the plural.
    let plural = ["suite", "component", "architecture"]
    for command in ["hash", "seed"] {
      let help = try Tool.command([command, "--help"]).run().output
      let options = help.split { " ,.\n[]".contains($0) }.filter { $0.hasPrefix("--") }
        .map { String($0.dropFirst(2)) }
      #expect(options.count > 4)
      for option in Set(options).subtracting(ofOneRun) {
        let field = plural.contains(option) ? option + "s" : option
        try Files.write("\(field): %\n", to: archive.configuration)
        let outcome = try archive.hash("--suite", "bookworm")
        #expect(!outcome.errors.contains("unknown field"), "\(option): \(outcome)")
      }
    }
  }

  @Test func theExampleHoldsEveryFieldAndIsAccepted() throws {
    let archive = try ArchiveFixture()
    let text = try Files.text(Self.example)
    // A field that is commented out begins right after the mark.
    let fields = text.split(separator: "\n").map { $0.hasPrefix("#") ? $0.dropFirst() : $0 }
      .filter { line in
        line.first?.isUppercase == true && line.prefix { $0 != ":" }.allSatisfy { $0 != " " }
          && line.contains(": ")
      }
    try Files.write("Unknown: yes\n", to: archive.configuration)
    let known = try archive.hash("--suite", "bookworm").errors.split(separator: "known are: ").last
    for name in try #require(known).split(whereSeparator: { ", \n".contains($0) }) {
      #expect(fields.contains { $0.hasPrefix("\(name): ") }, "\(name) stands in the example")
    }
    let outcome = try Tool.command(
      [
        "hash", "--config", Self.example, "--archive", archive.archive, "--output",
        archive.overlay, "--state", archive.state, "--suite", "bookworm", "--keyring",
        archive.keys.archive.keyring,
      ]
    ).run()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
  }

  @Test func usageErrors() throws {
    let archive = try ArchiveFixture()
    try archive.expectRefusal(
      66, saying: "no suite called 'sid'", "bookworm", by: ["--suite", "sid"])
    try archive.expectRefusal(64, saying: "../x", by: ["--suite", "../x"])
    #expect(try archive.hash("--jobs", "0").status == 64)
    #expect(try archive.hash("--quiet", "--verbose").status == 64)
    #expect(try archive.hash("--no-such-option").status == 64)
    #expect(try Tool.command(["hash", "--config", "/dev/null"]).run().status == 64)
  }
}
