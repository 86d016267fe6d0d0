// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// `archive-tool simulate`: what pieces and numbers would cost.
@Suite struct SimulateTests {
  private let archive: ArchiveFixture

  init() throws { archive = try ArchiveFixture() }

  private func simulate(_ arguments: [String], input: String = "") throws -> Outcome {
    var command = try Tool.command(["simulate"] + arguments)
    command.input = Array(input.utf8)
    return try command.run()
  }

  private func ordering(_ arguments: String..., input: String = "") throws -> Outcome {
    try simulate(
      ["ordering", "--config", archive.configuration, "--installed", "-"] + arguments, input: input)
  }

  private static let installed = "fugue 1.0 amd64\ncanon 1.0 amd64\nlargo-doc\nnowhere\n"

  /// The files by name, laid end to end by a few lines of Python over the index as apt-ftparchive made it.
  private static let reference = """
    import json, re, sys
    stanzas = open(sys.argv[1]).read().strip().split("\\n\\n")
    files = sorted(
        tuple(re.search("^%s: (.*)$" % field, stanza, re.M).group(1)
              for field in ("Package", "Filename", "Size")) for stanza in stanzas)
    piece, wanted, end, touched = int(sys.argv[2]), sys.argv[3:], 0, set()
    for name, _, size in files:
        start, end = end, end + int(size)
        if name in wanted:
            touched |= set(range(start // piece, (end - 1) // piece + 1))
    fetched = sum(min(end, (number + 1) * piece) - number * piece for number in touched)
    rows = [row for row in json.load(sys.stdin)["rows"]
            if row["order"] == "name" and row["pieceSize"] == piece]
    print([row["pieces"] for row in rows] == [len(touched)],
          [row["fetchedBytes"] for row in rows] == [fetched])
    """

  @Test(arguments: [16, 64, 512])
  func countsThePiecesThatPythonCounts(kibibytes: Int) throws {
    let index = "\(archive.dists)/\(ArchiveFixture.amd64)"
    try Files.write(archive.indices[ArchiveFixture.amd64] ?? [], to: index)
    let outcome = try ordering(
      "--architecture", "amd64", "--component", "main", "--piece-size", "\(kibibytes)K", "--json",
      input: Self.installed)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    let verdict = try Command(
      [
        "python3", "-c", Self.reference, index, "\(kibibytes << 10)", "fugue", "canon",
        "largo-doc",
      ], input: outcome.bytes
    ).check()
    #expect(String(decoding: verdict, as: UTF8.self) == "True True\n", "\(outcome)")
  }

  @Test func tellsWhatIsAndWhatIsNotThere() throws {
    let outcome = try ordering("--piece-size", "16K", input: Self.installed)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.first?.hasPrefix("3 files are installed, ") == true, "\(outcome)")
    #expect(outcome.output.contains("1 of 4 are not in the indices: nowhere"), "\(outcome)")
    #expect(outcome.output.contains("--popularity"), "\(outcome)")
    let rows = lines.filter { $0.hasPrefix("16 KiB") }
    #expect(rows.count == 2 && rows[0].hasSuffix(" 0.0 %"), "\(outcome)")
  }

  /// The same index in each form, and as an archive's own.
  @Test func readsIndicesByName() throws {
    let text = try #require(archive.indices[ArchiveFixture.amd64])
    let plain = "\(archive.directory)/some_Packages"
    try Files.write(text, to: plain)
    for (suffix, program) in [("gz", "gzip"), ("xz", "xz"), ("zst", "zstd"), ("bz2", "bzip2")] {
      let bytes = try Command([program, "-c"], input: text).check()
      try Files.write(bytes, to: "\(plain).\(suffix)")
    }
    let names = ["", ".gz", ".xz", ".zst", ".bz2"].map { plain + $0 }
    func json(_ packages: [String]) throws -> Outcome {
      try simulate(
        ["ordering", "--installed", "-", "--json", "--packages"] + packages, input: Self.installed)
    }
    let expected = try ordering(
      "--architecture", "amd64", "--component", "main", "--json", input: Self.installed)
    #expect(expected.status == 0, "\(expected)")
    for name in names {
      let outcome = try json([name])
      #expect(outcome.status == 0 && outcome.output == expected.output, "\(name): \(outcome)")
    }
    // Each path counts once.
    #expect(try json(names).output == expected.output)
  }

  @Test func ordersByPopularity() throws {
    let list = "\(archive.directory)/by_inst"
    try Files.write("#rank name inst vote old recent no-files\n1 fugue 9 1 1 1 1\n", to: list)
    let outcome = try ordering("--popularity", list, input: "fugue\n")
    #expect(outcome.status == 0, "\(outcome)")
    let heads = outcome.output.split(separator: "\n").filter { $0.contains(" waste ") }
    #expect(heads.first?.contains("popularity") == true, "\(outcome)")
    #expect(!outcome.output.contains("--popularity"), "\(outcome)")
  }

  @Test func saysWhatItNeeds() throws {
    let outcome = try simulate(["ordering", "--config", archive.configuration])
    #expect(outcome.status == 64 && outcome.output == "", "\(outcome)")
    #expect(outcome.errors.contains("dpkg-query -W"), "\(outcome)")
    #expect(outcome.errors.contains("--installed"), "\(outcome)")
  }

  @Test func refusesWhatItCannotRead() throws {
    let bad = try ordering(input: "canon\nii canon 1.0 amd64 a round\n")
    #expect(bad.status == 65 && bad.errors.contains("standard input:2: "), "\(bad)")
    let none = try ordering(input: "nowhere\n")
    #expect(none.status == 65 && none.errors.contains("none of the 1"), "\(none)")
    let size = try ordering("--piece-size", "100K", input: "canon\n")
    #expect(size.status == 64 && size.errors.contains("--piece-size"), "\(size)")
    let broken = "\(archive.directory)/Packages"
    try Files.write("Package: a\nSize: 1\n", to: broken)
    let index = try simulate(
      ["ordering", "--installed", "-", "--packages", broken], input: "canon\n")
    #expect(index.status == 65 && index.errors.contains("\(broken):1"), "\(index)")
    let missing = try simulate(["year", "--packages", "\(broken).xz"])
    #expect(missing.status == 66, "\(missing)")
    let both = try simulate(["year", "--packages", broken, "--suite", "bookworm"])
    #expect(both.status == 64, "\(both)")
    let days = try simulate(["year", "--days", "0"])
    #expect(days.status == 64 && days.errors.contains("0 days"), "\(days)")
  }

  private static let drawing = """
    import sys, xml.etree.ElementTree as tree
    root = tree.parse(sys.argv[1]).getroot()
    print(root.tag, " | ".join(
        text.text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.text))
    """

  @Test func drawsWhatItFound() throws {
    let path = "\(archive.directory)/drawing.svg"
    func texts() throws -> String {
      String(
        decoding: try Command("python3", "-c", Self.drawing, path).check(), as: UTF8.self)
    }
    let ordering = try ordering("--svg", path, input: Self.installed)
    #expect(ordering.status == 0, "\(ordering)")
    let first = try texts()
    #expect(first.hasPrefix("{http://www.w3.org/2000/svg}svg "))
    for text in ["waste (% of wanted bytes)", "piece size", "256 KiB", "aligned"] {
      #expect(first.contains("| \(text)"), "\(text) in \(first)")
    }
    // Over the drawing that is there.
    let year = try simulate(["year", "--files", "50", "--days", "10", "--svg", path])
    #expect(year.status == 0, "\(year)")
    for text in ["live share (%)", "time (days)", "by Range", "7 days"] {
      #expect(try texts().contains("| \(text)"), "\(text)")
    }
    #expect(
      Files.names(in: archive.directory).filter { $0.hasPrefix("drawing") } == ["drawing.svg"])
    let refused = try simulate(
      ["year", "--files", "5", "--days", "1", "--svg", "\(archive.directory)/no/drawing.svg"])
    #expect(refused.status == 66 || refused.status == 73, "\(refused)")
    #expect(refused.output == "" && refused.errors.contains("no/drawing.svg"), "\(refused)")
  }

  @Test func aYearIsTheSameForTheSameSeed() throws {
    func year(_ arguments: String...) throws -> Outcome {
      try simulate(["year", "--files", "200", "--days", "30"] + arguments)
    }
    let first = try year("--json")
    #expect(first.status == 0 && first.errors == "", "\(first)")
    #expect(try year("--json").output == first.output)
    #expect(try year("--json", "--seed", "2").output != first.output)
    let table = try year()
    #expect(table.output.contains("update every"), "\(table)")
    #expect(table.output.contains("\n  0 "), "\(table)")
  }

  @Test func aYearBeginsWithTheFilesOfTheSuite() throws {
    let outcome = try simulate([
      "year", "--config", archive.configuration, "--suite", "bookworm", "--days", "2", "--json",
    ])
    #expect(outcome.status == 0, "\(outcome)")
    let script = """
      import json, sys
      day = json.load(sys.stdin)["days"][0]
      print(day["day"], day["files"], day["livePieces"], day["nextPiece"], day["liveShare"])
      """
    let first = try Command(["python3", "-c", script], input: outcome.bytes).check()
    // 14 packages of main and contrib, of two architectures; fugue has three pieces, nocturne-doc two.
    #expect(String(decoding: first, as: UTF8.self) == "0 14 17 17 100\n")
  }
}
