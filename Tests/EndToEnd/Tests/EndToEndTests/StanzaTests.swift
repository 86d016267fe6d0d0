// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Signed indices whose text cannot be meant so.
@Suite struct StanzaTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let says: String
    let change: @Sendable (inout String) -> Void

    init(
      _ name: String, says: String,
      _ change: @escaping @Sendable (inout String) -> Void
    ) {
      testDescription = name
      self.says = says
      self.change = change
    }
  }

  /// In the first stanza, adagio's; its lines come in apt-ftparchive's order.
  private static func set(_ field: String, _ value: String) -> @Sendable (inout String) -> Void {
    { stanza in
      stanza = stanza.split(separator: "\n").map { line in
        line.hasPrefix("\(field):") ? "\(field): \(value)" : String(line)
      }.joined(separator: "\n")
    }
  }

  private static func without(_ field: String) -> @Sendable (inout String) -> Void {
    { stanza in
      stanza = stanza.split(separator: "\n").filter { !$0.hasPrefix("\(field):") }
        .joined(separator: "\n")
    }
  }

  static let cases: [Case] = [
    Case("a field twice", says: "the field Size is given twice") { $0 += "\nSize: 1" },
    Case("a field twice in another case", says: "given twice") { $0 += "\nFILENAME: pool/x" },
    Case("no Filename", says: "no Filename", without("Filename")),
    Case("no Size", says: "no Size", without("Size")),
    Case("no SHA256", says: "no SHA256", without("SHA256")),
    Case("an empty Filename", says: "no Filename", set("Filename", "")),
    Case("a negative size", says: "Size is '-1'", set("Size", "-1")),
    Case(
      "a size over 64 bits", says: "Size is '1",
      set("Size", "1" + String(repeating: "0", count: 30))),
    Case("a size near 2^64", says: "Size is", set("Size", "18446744073709551615")),
    Case("a size that is no number", says: "Size is '12k'", set("Size", "12k")),
    Case("a short hash", says: "SHA256", set("SHA256", "abcd")),
    Case("a hash that is none", says: "SHA256", set("SHA256", String(repeating: "g", count: 64))),
    Case("a path upwards", says: "'..'", set("Filename", "pool/../../etc/passwd")),
    Case("a path upwards at the end", says: "'..'", set("Filename", "pool/main/..")),
    Case("an absolute path", says: "absolute", set("Filename", "/etc/passwd")),
    Case("an empty component", says: "empty component", set("Filename", "pool//adagio.deb")),
    Case("a control character", says: "control character", set("Filename", "pool/\u{1}adagio.deb")),
    Case("an escape sequence", says: "control character", set("Filename", "pool/\u{1B}[2Jx.deb")),
    Case(
      "a path too long", says: "too long",
      set("Filename", "pool/" + String(repeating: "x", count: 300))),
    Case("carriage returns", says: "carriage return") { $0 = $0.replacing("\n", "\r\n") },
    Case("a NUL byte", says: "NUL byte") { $0 += "\nComment: \u{0}" },
  ]

  @Test(arguments: cases) func isRefused(_ example: Case) throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    archive.compressions = ["gz"]
    try archive.edit(stanzaOf: "adagio") { example.change(&$0) }
    archive.release.advance()
    try archive.publish()
    let path = "\(archive.dists)/\(ArchiveFixture.amd64).gz"
    try archive.expectRefusal(65, saying: "\(path):", example.says)
    let outcome = try archive.hash()
    #expect(!outcome.errors.contains("\u{1}") && !outcome.errors.contains("\u{1B}"), "\(outcome)")
  }

  @Test func theLineIsThatOfTheField() throws {
    let archive = try ArchiveFixture()
    archive.compressions = ["gz"]
    try archive.edit(stanzaOf: "canon") { Self.set("Size", "much")(&$0) }
    try archive.publish()
    let lines = String(decoding: archive.indices[ArchiveFixture.amd64] ?? [], as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0 == "Size: much" }) + 1
    let offset = lines[..<(line - 1)].reduce(0) { $0 + $1.utf8.count + 1 }
    try archive.expectRefusal(
      65, saying: "\(ArchiveFixture.amd64).gz:\(line) (byte \(offset))", "Size is 'much'")
  }

  @Test func aFieldOfAHundredMegabytesIsRefusedInLittleMemory() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    archive.compressions = ["gz"]
    try archive.edit { text in while text.hasSuffix("\n") { text.removeLast() } }
    let long = try Command(
      "sh", "-c", "{ printf '\\nComment: '; head -c 100000000 /dev/zero | tr '\\0' x; } | gzip -1"
    ).check()
    // A second member: gzip joins what they hold.
    archive.damages["\(ArchiveFixture.amd64).gz"] = { $0 + long }
    archive.release.advance()
    try archive.publish { text in
      text =
        text.split(separator: "\n").filter { !$0.hasSuffix(" \(ArchiveFixture.amd64)") }
        .joined(separator: "\n") + "\n"
    }
    let path = "\(archive.dists)/\(ArchiveFixture.amd64).gz"
    try archive.expectRefusal(65, saying: path, "a stanza is larger than")
    var command = try archive.hashCommand()
    let script = """
      import resource, subprocess, sys
      subprocess.run(sys.argv[1:])
      print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      """
    command.arguments = ["/usr/bin/python3", "-c", script] + command.arguments
    let kibibytes = Int(String(decoding: try command.check(), as: UTF8.self).dropLast())
    #expect(try #require(kibibytes) < 150_000)
  }

  @Test(arguments: [
    ("no-slash", "/", "slash"), ("up", "../opera_1.0.dsc", "slash"),
  ])
  func aSourceFileElsewhereIsRefused(_ name: String, _ path: String, _ says: String) throws {
    let archive = try ArchiveFixture()
    try archive.edit(stanzaOf: "opera", in: ArchiveFixture.sources) { stanza in
      stanza = stanza.replacing(" opera_1.0.dsc", " \(path)")
    }
    try archive.publish()
    try archive.expectRefusal(65, saying: ArchiveFixture.sources, says)
  }

  @Test func aSourceDirectoryUpwardsIsRefused() throws {
    let archive = try ArchiveFixture()
    try archive.edit(stanzaOf: "opera", in: ArchiveFixture.sources) { stanza in
      stanza = stanza.replacing("Directory: pool/main/o/opera", "Directory: pool/../..")
    }
    try archive.publish()
    try archive.expectRefusal(65, saying: ArchiveFixture.sources, "'..'")
  }

  @Test(arguments: ["../../../../etc/passwd", "/etc/passwd", "main//Packages"])
  func aReleaseThatListsAPathElsewhereIsRefused(path: String) throws {
    let archive = try ArchiveFixture()
    try archive.publish { text in
      text += " \(String(repeating: "0", count: 64)) 1 \(path)\n"
    }
    try archive.expectRefusal(65, saying: "\(archive.dists)/InRelease", path)
  }

  @Test func aReleaseThatListsAPathTwiceIsRefused() throws {
    let archive = try ArchiveFixture()
    try archive.publish { text in
      text += " \(String(repeating: "0", count: 64)) 1 \(ArchiveFixture.amd64).gz\n"
    }
    try archive.expectRefusal(65, saying: "\(archive.dists)/InRelease", "listed twice")
  }
}
