// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// `archive-tool torrent`, `magnet` and `metalink`.
@Suite struct TorrentCommandTests {
  private let archive: ArchiveFixture
  private var made: String { "\(archive.directory)/made" }
  private let fugue = DebianPackage("fugue").path

  init() throws {
    archive = try ArchiveFixture()
    try archive.hashInSilence()
  }

  private func run(_ command: String, _ arguments: String..., input: String = "") throws -> Outcome
  {
    let directory = command == "magnet" ? [] : ["--directory", made]
    var command = try Tool.command(
      [command, "--config", archive.configuration] + directory + arguments)
    command.input = Array(input.utf8)
    return try command.run()
  }

  private func inspect(_ path: String) throws -> String {
    let outcome = try Tool.command(["inspect", path]).run()
    #expect(outcome.status == 0, "\(outcome)")
    return outcome.output
  }

  @Test func makesATorrentOfEachFile() throws {
    let outcome = try run("torrent", "fugue", "ballad", "--web-seed", "http://m.example/debian")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    let names = ["ballad_1.0_amd64.deb.torrent", "fugue_1.0_amd64.deb.torrent"]
    #expect(Files.names(in: made).sorted() == names)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2 && lines.allSatisfy { $0.count > 41 }, "\(outcome)")
    let text = try inspect("\(made)/\(names[1])")
    #expect(text.contains("web seed: http://m.example/debian/\(fugue)\n"))
    #expect(text.contains("pieces: 3\n"))
  }

  @Test func thePoolIsNotRead() throws {
    try Files.remove("\(archive.archive)/\(fugue)")
    let outcome = try run("torrent", "fugue", "--format", "hybrid")
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test func aSecondRunLeavesEqualFilesAlone() throws {
    _ = try run("torrent", "fugue")
    let before = try TreeState.status(of: made)
    let outcome = try run("torrent", "fugue")
    #expect(outcome.status == 0, "\(outcome)")
    try expectUnchanged(made, since: before)
  }

  @Test func choosesByPatternArchitectureSourceSectionListAndPolicy() throws {
    func files(_ arguments: String..., input: String = "") throws -> Int {
      var command = try Tool.command(
        ["torrent", "--config", archive.configuration, "--dry-run", "--json"] + arguments)
      command.input = Array(input.utf8)
      let outcome = try command.run()
      return outcome.output.split(separator: "\n").count { $0.contains("\"object\"") }
    }
    #expect(try files("*-doc") == 3)
    #expect(try files("*", "--architecture", "arm64") == 1)
    #expect(try files("opera", "--architecture", "source") == 2)
    #expect(try files("opera") == 0, "source packages are named by their architecture alone")
    #expect(try files("--section", "misc") == 14)
    #expect(try files("--source", "fugue") == 1)
    #expect(try files("--package-list", "-", input: "# some\nfugue\n\nballad \n") == 2)
    #expect(try files("--if", "size > 500K") == 2)
    #expect(try files("--if", "size > 500K", "*-doc") == 1)
    #expect(!Files.exists(made))
  }

  @Test func aDryRunWritesNothingAndSaysHowMuchIsCovered() throws {
    let outcome = try run("torrent", "--if", "size > 500K", "--dry-run")
    #expect(outcome.output.hasPrefix("2 of 16 files, "), "\(outcome)")
    #expect(!Files.exists(made))
  }

  @Test func aNameThatIsNowhereIsSaidAndTheOthersAreMade() throws {
    let outcome = try run("torrent", "fugue", "nosuch")
    #expect(outcome.status == 66, "\(outcome)")
    #expect(outcome.errors == "archive-tool: no package 'nosuch' in bookworm\n")
    #expect(Files.names(in: made).count == 1)
  }

  @Test func whatIsNotNumberedYetAsksForARun() throws {
    try archive.update()
    let outcome = try run("torrent", "polka")
    #expect(outcome.status == 75, "\(outcome)")
    #expect(outcome.errors.contains("run archive-tool hash first"), "\(outcome)")
  }

  @Test func withoutALedgerItSaysSo() throws {
    try Files.remove(archive.state)
    let outcome = try run("torrent", "fugue")
    #expect(outcome.status == 66, "\(outcome)")
    #expect(outcome.errors.contains("there is no ledger"), "\(outcome)")
  }

  @Test func aMagnetLinkHasTheHashOfTheTorrent() throws {
    let torrent = try run("torrent", "fugue", "--format", "hybrid")
    let hashes = torrent.output.split(separator: " ")
    let outcome = try run(
      "magnet", "fugue", "--format", "hybrid", "--tracker", "udp://t.example:1", "--web-seed",
      "http://m.example")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(
      outcome.output
        == "magnet:?xt=urn:btih:\(hashes[0])&xt=urn:btmh:1220\(hashes[1])"
        + "&dn=fugue_1.0_amd64.deb&xl=\(try Files.size("\(archive.archive)/\(fugue)"))"
        + "&tr=udp%3A%2F%2Ft.example%3A1"
        + "&ws=http%3A%2F%2Fm.example%2Fpool%2Fmain%2Ff%2Ffugue%2Ffugue_1.0_amd64.deb\n")
  }

  @Test func aMetalinkHasItsMirrorsInOrder() throws {
    let outcome = try run(
      "metalink", "fugue", "--mirror", "http://a.example/debian,2", "--mirror",
      "http://b.example,1,de", "--torrent-url", "http://t.example/")
    #expect(outcome.status == 0, "\(outcome)")
    let text = try inspect("\(made)/fugue_1.0_amd64.deb.meta4")
    #expect(text.contains("address: http://a.example/debian/\(fugue), priority 2\n"))
    #expect(text.contains("address: http://b.example/\(fugue), priority 1, de\n"))
    #expect(text.contains("described by: http://t.example/\(fugue).torrent, torrent, priority 1\n"))
    #expect(text.contains("pieces: 3 of 524288 bytes, sha-256\n"))
  }

  @Test func aMetalinkWithoutMirrorsIsRefused() throws {
    let outcome = try run("metalink", "fugue")
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.errors.contains("--mirror"), "\(outcome)")
  }

  @Test(arguments: [
    ["torrent"], ["torrent", "fugue", "--format", "v3"], ["torrent", "fugue", "--padded"],
    ["torrent", "fugue", "--set", "a/b"], ["torrent", "fugue", "--web-seed", "m.example"],
    ["torrent", "--if", "size"], ["metalink", "fugue", "--mirror", "http://m.example,x,y,z"],
  ])
  func aMistakenCommandIsOne(arguments: [String]) throws {
    let outcome = try Tool.command(
      [arguments[0], "--config", archive.configuration] + arguments.dropFirst()
    ).run()
    #expect([64, 78].contains(outcome.status), "\(outcome)")
    #expect(outcome.errors != "" && outcome.output == "")
  }
}

/// Torrents of several files.
@Suite struct SetTests {
  private let archive: ArchiveFixture
  private var made: String { "\(archive.directory)/made" }

  init() throws {
    archive = try ArchiveFixture()
    try archive.hashInSilence()
  }

  private func run(_ arguments: String...) throws -> Outcome {
    try Tool.command(
      ["torrent", "--config", archive.configuration, "--directory", made] + arguments
    ).run()
  }

  private func inspect() throws -> String {
    let outcome = try Tool.command(["inspect", "\(made)/docs.torrent"]).run()
    #expect(outcome.status == 0, "\(outcome)")
    return outcome.output
  }

  @Test func isCalledAsThePathsBegin() throws {
    let outcome = try run("*-doc", "--set", "docs", "--web-seed", "http://m.example/debian")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    let text = try inspect()
    #expect(text.contains("name: pool\n") && text.contains("web seed: http://m.example/debian/\n"))
    #expect(text.contains("file: main/l/largo-doc/largo-doc_1.0_all.deb ("))
    #expect(text.contains("collection: "))
  }

  @Test func theSetThatIsReplacedIsThePredecessor() throws {
    let first = try run("*-doc", "--set", "docs", "--padded").output.prefix(40)
    let unchanged = try TreeState.status(of: made)
    _ = try run("*-doc", "--set", "docs", "--padded")
    try expectUnchanged(made, since: unchanged)
    try archive.update()
    try archive.hashInSilence()
    let second = try run("*-doc", "--set", "docs", "--padded").output.prefix(40)
    #expect(first != second)
    #expect(try inspect().contains("similar torrent: \(first)\n"))
  }

  @Test func aCorruptFileMakesNoSet() throws {
    let path = "\(archive.archive)/\(DebianPackage("nocturne-doc", architecture: "all").path)"
    try Files.overwrite(path, at: 550_000, with: [0, 1, 2, 3])
    let outcome = try run("*-doc", "--set", "docs")
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("nocturne-doc_1.0_all.deb (byte 524288)"), "\(outcome)")
    #expect(Files.names(in: made) == [])
  }

  @Test func tooManyAreRefusedByTheLimitThatWasPassed() throws {
    let outcome = try run("*-doc", "--set", "docs", "--max-files", "2")
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.errors.contains("3 files, of which a set takes 2"), "\(outcome)")
    let large = try run("*-doc", "--set", "docs", "--max-size", "100K")
    #expect(large.status == 64 && large.errors.contains("--max-size"), "\(large)")
  }
}

/// `archive-tool inspect`.
@Suite struct InspectTests {
  private func inspect(_ arguments: String..., input: [UInt8] = []) throws -> Outcome {
    var command = try Tool.command(["inspect"] + arguments)
    command.input = input
    return try command.run()
  }

  @Test func readsStandardInput() throws {
    let outcome = try inspect("-", input: Array("d4:infod6:lengthi5ee".utf8))
    #expect(outcome.status == 65)
    #expect(outcome.output.contains("standard input"), "\(outcome)")
  }

  @Test func foreignTextReachesNoTerminal() throws {
    let pieces = String(repeating: "x", count: 20)
    let torrent =
      "d7:comment9:a\u{1B}[31m\u{07}bc4:infod6:lengthi5e4:name1:a12:piece lengthi16384e"
      + "6:pieces20:\(pieces)ee"
    let outcome = try inspect("-", input: Array(torrent.utf8))
    #expect(!outcome.output.contains("\u{1B}") && !outcome.output.contains("\u{07}"))
    #expect(outcome.output.contains("comment: a?[31m?bc"), "\(outcome)")
  }

  /// Nor anything that turns the rest of a line around.
  @Test func foreignTextIsShownInItsOrder() throws {
    let name = "a\u{202E}bed.exe\u{2066}\u{9B}"
    let torrent =
      "d4:infod6:lengthi5e4:name\(name.utf8.count):\(name)12:piece lengthi16384e"
      + "6:pieces20:\(String(repeating: "x", count: 20))ee"
    let outcome = try inspect("-", input: Array(torrent.utf8))
    #expect(outcome.output.contains("a?bed.exe??"), "\(outcome)")
    #expect(!outcome.output.unicodeScalars.contains("\u{202E}"), "\(outcome)")
  }

  /// Addresses in an object are shown, and never asked: only `fetch` speaks to anybody.
  @Test func nobodyIsAskedAboutAnObject() throws {
    let directory = try Scratch.directory()
    defer { Scratch.remove(directory) }
    let log = "\(directory)/strace"
    let hash = String(repeating: "a", count: 40)
    let link =
      "magnet:?xt=urn:btih:\(hash)&x.pe=127.0.0.1:9&x.pe=10.0.0.1:9"
      + "&tr=http%3A%2F%2F127.0.0.1%3A9%2Fannounce&ws=http%3A%2F%2F10.0.0.1%2Fa"
    var command = try Tool.command(["inspect", link])
    command.arguments =
      ["strace", "-f", "-o", log, "-e", "trace=%network,write"] + command.arguments
    let outcome = try command.run()
    #expect(outcome.status == 0 && outcome.output.contains("10.0.0.1:9"), "\(outcome)")
    let calls = try Files.text(log).split(separator: "\n")
    #expect(calls.contains { $0.contains("write(") }, "strace sees the command")
    #expect(calls.filter { $0.contains("connect(") || $0.contains("sendto(") } == [])
  }

  @Test func aMagnetLinkIsGivenAsItIs() throws {
    let hash = String(repeating: "a", count: 40)
    let sound = try inspect("magnet:?xt=urn:btih:\(hash)&tr=udp%3A%2F%2Ft.example%3A1")
    #expect(sound.status == 0 && sound.output.contains("info hash (v1): \(hash)"), "\(sound)")
    let unsound = try inspect("magnet:?xt=urn:btih:zz")
    #expect(unsound.status == 65, "\(unsound)")
  }

  @Test func oneThatIsUnsoundAmongOthersDecides() throws {
    let hash = String(repeating: "a", count: 40)
    let outcome = try inspect("--quiet", "magnet:?xt=urn:btih:\(hash)", "magnet:?xt=urn:btih:zz")
    #expect(outcome.status == 65)
    #expect(outcome.output.contains("not sound") && !outcome.output.contains(hash), "\(outcome)")
  }

  @Test func aFileThatIsNotThereIsMissingInput() throws {
    let outcome = try inspect("/nowhere/a.torrent")
    #expect(outcome.status == 66, "\(outcome)")
  }

  @Test(arguments: [
    String(repeating: "l", count: 100_000), "i-0e", "i01e",
    "i1\(String(repeating: "0", count: 30))e",
    "d1:b0:1:a0:e", "d1:a0:1:a0:e", "99999999999:a", "d4:infodee", "i5ei5e", "5", "<metalink",
    "<!DOCTYPE a [<!ENTITY b \"c\">]><metalink/>",
  ])
  func whatIsMalformedIsNotSoundAndSaysWhere(text: String) throws {
    let outcome = try inspect("-", input: Array(text.utf8))
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.output.contains("error: standard input"), "\(outcome)")
  }

  @Test func jsonHasAllThatWasFound() throws {
    let outcome = try inspect("--json", "magnet:?xt=urn:btih:zz")
    #expect(outcome.status == 65)
    #expect(outcome.output.contains("\"isSound\" : false"), "\(outcome)")
    #expect(outcome.output.contains("\"severity\" : \"error\""), "\(outcome)")
  }
}
