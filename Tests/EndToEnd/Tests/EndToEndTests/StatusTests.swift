// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

/// What operators are told: the status command, the page, metrics and logs.
@Suite struct StatusTests {
  private static let root = String(
    #filePath.dropLast("Tests/EndToEnd/Tests/EndToEndTests/StatusTests.swift".count))

  private func hashed() throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    #expect(try archive.hash().status == 0)
    return archive
  }

  private func status(_ seeder: SeedProcess, _ arguments: String...) throws -> Outcome {
    try Tool.command(["status", "--admin", seeder.admin] + arguments).run()
  }

  @Test func theCommandTellsHowTheDaemonIs() throws {
    let archive = try hashed()
    let seeder = try SeedProcess(archive)
    try seeder.waitForCatalog()
    let fine = try status(seeder)
    #expect(fine.status == 0 && fine.errors == "", "\(fine)")
    #expect(fine.output.contains("health     well\n"))
    #expect(fine.output.contains("suite      bookworm: last run "))
    #expect(fine.output.contains(": published"))
    #expect(fine.output.contains("torrent    bookworm amd64 generation 1: 0.."))
    let silent = try status(seeder, "--check")
    #expect(silent.status == 0 && silent.output == "" && silent.errors == "", "\(silent)")
    let json = try status(seeder, "--json")
    #expect(json.output.hasPrefix("{\n  \"daemon\" : \"seed\""))
    // A package that is damaged: published in part, and worth a warning.
    try archive.update()
    try Files.write("not a package", to: "\(archive.archive)/\(DebianPackage("polka").path)")
    #expect(try archive.hash().status == 65)
    let warned = try status(seeder, "--check")
    #expect(warned.status == 1)
    #expect(warned.output.hasPrefix("run-failed: bookworm: the last run, which ended at "))
    #expect(warned.output.contains("published in part with status 65: "))
    #expect(warned.output.contains("polka"))
    #expect(try status(seeder).status == 0, "without --check it is told and no more")
    #expect(
      try seeder.status("metrics").text.contains("archive_tool_run_status{suite=\"bookworm\"} 65\n")
    )
  }

  @Test func aDaemonThatIsNotThereIsSaid() throws {
    let archive = try ArchiveFixture()
    let port = try FreePort.next()
    let gone = try Tool.command(["status", "--admin", "127.0.0.1:\(port)"]).run()
    #expect(gone.status == 69)
    #expect(gone.errors.contains("127.0.0.1:\(port): no daemon answers"))
    let socket = try Tool.command(["status", "--admin", "unix:/nonexistent/socket"]).run()
    #expect(socket.status == 69)
    let nowhere = try Tool.command(["status", "--config", archive.configuration]).run()
    #expect(nowhere.status == 64)
    #expect(nowhere.errors.contains("name its admin address by --admin, or Admin"))
    // The public address has nothing to say of it.
    let seeder = try SeedProcess(archive)
    let wrong = try Tool.command(["status", "--admin", seeder.url]).run()
    #expect(wrong.status == 69)
    #expect(wrong.errors.contains("404"))
  }

  @Test func aSocketInTheFileSystemDoesAsWell() throws {
    let archive = try ArchiveFixture()
    let directory = try Scratch.directory("admin")
    defer { Scratch.remove(directory) }
    try archive.configure("Admin: unix:\(directory)/admin.sock")
    let process = try Tool.command(
      ["seed", "--config", archive.configuration, "--http", "127.0.0.1:0"]
    ).start()
    defer { process.signal(SIGKILL) }
    try waitUntil { process.errorsSoFar.contains("started") }
    let outcome = try Tool.command(["status", "--config", archive.configuration]).run()
    #expect(outcome.status == 0 && outcome.output.contains("daemon     seed "), "\(outcome)")
  }

  @Test func aTrackerOfItsOwnIsAskedTheSameWay() throws {
    let archive = try hashed()
    let process = try Tool.command(
      [
        "track", "--state", archive.state, "--config", archive.configuration, "--http",
        "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log-level", "info",
      ]
    ).start()
    try waitUntil { process.errorsSoFar.contains(" (admin)\n") }
    let line = try #require(
      process.errorsSoFar.firstMatch(of: /listening on http:\/\/(\S+) \(admin\)/))
    let outcome = try Tool.command(["status", "--admin", String(line.output.1)]).run()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("daemon     track "))
    #expect(outcome.output.contains(" ids answered for\n"))
    process.signal(SIGTERM)
    #expect(try process.wait(within: .seconds(20)).status == 0)
    let log = process.errorsSoFar
    #expect(log.contains(/\dZ info ledger read milliseconds=\d+ torrents=\d+\n/))
    #expect(log.contains(/\dZ notice started version=/))
    #expect(log.contains(/\dZ notice stopped\n/))
  }

  /// As under systemd: standard error is the stream that JOURNAL_STREAM names.
  @Test func theJournalGetsPriorities() throws {
    let archive = try hashed()
    let script = """
      JOURNAL_STREAM=$(stat --dereference --format %d:%i /dev/stderr) exec "$@"
      """
    let arguments = try Tool.command(
      [
        "seed", "--config", archive.configuration, "--http", "127.0.0.1:0", "--log-level", "info",
      ]
    ).arguments
    let process = try Command(["sh", "-c", script, "sh"] + arguments).start()
    try waitUntil { process.errorsSoFar.contains("catalog loaded") }
    // It is ignored before it is listened for.
    try waitUntil {
      process.signal(SIGHUP)
      return process.errorsSoFar.contains("<5>reloaded ")
    }
    process.signal(SIGTERM)
    #expect(try process.wait(within: .seconds(20)).status == 0)
    let lines = process.errorsSoFar.split(separator: "\n")
    #expect(lines.allSatisfy { $0.firstMatch(of: /^<[3-6]>[a-z]/) != nil }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("<5>listening address=127.0.0.1:") })
    #expect(lines.contains { $0.hasPrefix("<6>catalog loaded contents=") })
    #expect(lines.last == "<5>stopped")
  }

  @Test func levelsSayHowMuch() throws {
    let archive = try hashed()
    try archive.configure("Log-Level: warning")
    let seeder = try SeedProcess(archive)
    try seeder.waitForCatalog()
    #expect(try seeder.stop().status == 0)
    #expect(!seeder.errors.contains("notice"), "\(seeder.errors)")
    try archive.configure("Log-Level: loud")
    let refused = try Tool.command(["seed", "--config", archive.configuration]).run()
    #expect(refused.status == 78)
    #expect(refused.errors.contains("Log-Level: expected one of error, warning, notice"))
  }

  /// What a daemon prints is what docs/operations.md lists, and the form is what promtool takes.
  @Test func everyMetricIsDocumented() throws {
    let archive = try hashed()
    let seeder = try SeedProcess(
      archive, "--peer", "127.0.0.1:0", "--tracker-http", "127.0.0.1:0")
    try seeder.waitForCatalog()
    let text = try seeder.status("metrics").text
    var printed: [String: String] = [:]
    var helped: Set<String> = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix("# HELP ") {
        helped.insert(String(words[2]))
        #expect(words.count > 4 && line.hasSuffix("."), "a sentence: \(line)")
      } else if line.hasPrefix("# TYPE ") {
        #expect(printed.updateValue(String(words[3]), forKey: String(words[2])) == nil, "\(line)")
        #expect((words[3] == "counter") == words[2].hasSuffix("_total"), "\(line)")
      } else {
        let name = String(line.prefix { $0 != "{" && $0 != " " })
        #expect(printed[name] != nil && helped.contains(name), "begun before: \(line)")
        #expect(line.firstMatch(of: /^[a-z_]+(\{([a-z]+="[^"\n]*",?)+\})? \d+$/) != nil, "\(line)")
      }
    }
    var documented: [String: String] = [:]
    for line in try Files.text("\(Self.root)docs/operations.md").split(separator: "\n") {
      let row = line.firstMatch(of: /^\| `((?:archive_tool|tracker)_[a-z_]+)` \| ([a-z]+) \|/)
      if let row { documented[String(row.output.1)] = String(row.output.2) }
    }
    #expect(printed.count > 40)
    #expect(printed == documented)
  }

  /// Landmarks, headings in their order, tables with captions, plots with words, names that exist.
  private static let outline = """
    import html.parser, sys
    class Page(html.parser.HTMLParser):
        levels, ids, wanted, seen, wrong, tables, images = [], [], [], set(), [], 0, 0
        def handle_starttag(self, tag, attributes):
            a = dict(attributes)
            self.seen.add(tag)
            if tag[0] == 'h' and tag[1:].isdigit(): self.levels.append(int(tag[1:]))
            if 'id' in a: self.ids.append(a['id'])
            self.wanted += (a.get('aria-labelledby') or '').split()
            if tag == 'a' and a['href'][0] == '#': self.wanted.append(a['href'][1:])
            if tag == 'table': self.tables += 1
            if tag == 'caption': self.tables -= 1
            if tag == 'th' and a.get('scope') not in ('row', 'col'): self.wrong.append('th')
            if tag == 'section' and 'aria-labelledby' not in a: self.wrong.append('section')
            if tag == 'svg':
                self.images += a.get('role') == 'img'
                if a.get('role') != 'img' and a.get('aria-hidden') != 'true': self.wrong.append('svg')
            if 'style' in a or any(n.startswith('on') for n in a): self.wrong.append(tag)
    page = Page()
    page.feed(sys.stdin.read())
    assert not page.wrong, page.wrong
    assert page.seen >= {'header', 'nav', 'main', 'footer', 'h1', 'noscript', 'title', 'desc'}, page.seen
    assert page.levels[0] == 1 and page.levels.count(1) == 1, page.levels
    assert all(b <= a + 1 for a, b in zip(page.levels, page.levels[1:])), page.levels
    assert len(set(page.ids)) == len(page.ids), page.ids
    assert set(page.wanted) <= set(page.ids), set(page.wanted) - set(page.ids)
    assert page.tables == 0 and page.images >= 2
    """

  @Test func thePageIsSoundToWhoeverReadsIt() throws {
    let archive = try hashed()
    let seeder = try SeedProcess(
      archive, "--peer", "127.0.0.1:0", "--tracker-http", "127.0.0.1:0")
    try seeder.waitForCatalog()
    let path = DebianPackage("fugue").path
    #expect(try seeder.get(path).content.starts(with: "!<arch>".utf8))
    let page = try seeder.status("")
    #expect(page.status == 200)
    #expect(page["Content-Security-Policy"]?.contains("default-src 'none'") == true)
    for words in ["bookworm", "amd64", "published", path, "downloaders"] {
      #expect(page.text.contains(words), "\(words)")
    }
    try Command(["/usr/bin/python3", "-c", Self.outline], input: page.content).check()
  }
}
