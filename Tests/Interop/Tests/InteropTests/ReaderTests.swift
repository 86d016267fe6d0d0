// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// The readers of Debian's world see our fields, and everything else as before.
@Suite struct ReaderTests {
  private func published(_ change: (ArchiveFixture) throws -> Void = { _ in }) throws
    -> ArchiveFixture
  {
    let archive = try ArchiveFixture()
    try change(archive)
    let outcome = try archive.hash()
    #expect(outcome.status == 0, "\(outcome)")
    return archive
  }

  @Test func grepDctrl() throws {
    let archive = try published()
    let script = "gzip -dc \"$1\" | grep-dctrl -X -P fugue -s Piece-Numbers,SHA256-Pieces -"
    let path = "\(archive.published)/\(ArchiveFixture.amd64).gz"
    let output = try Command("sh", "-c", script, "sh", path).check()
    let stanza = try PublishedSet(archive.published).stanza("fugue")
    let text = String(decoding: output, as: UTF8.self)
    #expect(text.value(of: "Piece-Numbers") == "6-8")
    let pieces = text.stanzas.first?.value(of: "SHA256-Pieces")
    #expect(pieces == stanza.value(of: "SHA256-Pieces"))
    let byNumber = try Command(
      "sh", "-c", "gzip -dc \"$1\" | grep-dctrl -X -F Piece-Numbers 6-8 -n -s Package -", "sh",
      path
    ).check()
    #expect(String(decoding: byNumber, as: UTF8.self) == "fugue\n")
  }

  @Test func pythonDebian() throws {
    let archive = try published()
    let script = """
      import gzip, sys
      from debian.deb822 import Packages, Sources
      with gzip.open(sys.argv[1], "rt") as file:
          for stanza in Packages.iter_paragraphs(file, use_apt_pkg=False):
              if stanza["Package"] == "fugue":
                  print(stanza["piece-numbers"], stanza["Pieces-Root"])
                  print(stanza["SHA256-Pieces"])
      with gzip.open(sys.argv[2], "rt") as file:
          for stanza in Sources.iter_paragraphs(file, use_apt_pkg=False):
              print(stanza["Piece-Numbers"])
      """
    let output = try Command(
      "/usr/bin/python3", "-c", script, "\(archive.published)/\(ArchiveFixture.amd64).gz",
      "\(archive.published)/\(ArchiveFixture.sources).gz"
    ).check()
    let published = try PublishedSet(archive.published)
    let stanza = try published.stanza("fugue")
    let source = try published.stanza("opera", in: ArchiveFixture.sources)
    let expected = """
      6-8 \(stanza.value(of: "Pieces-Root") ?? "")
      \(stanza.value(of: "SHA256-Pieces") ?? "")
      \(source.value(of: "Piece-Numbers") ?? "")

      """
    #expect(String(decoding: output, as: UTF8.self) == expected)
  }

  @Test func pythonApt() throws {
    let archive = try published()
    let script = """
      import sys
      import apt_pkg
      with apt_pkg.TagFile(sys.argv[1]) as file:
          count = 0
          for section in file:
              count += 1
              if section["Package"] == "fugue":
                  print(section["Piece-Numbers"], section["Piece-Size"], section["Size"])
                  print(len(section["SHA256-Pieces"].split()))
      print(count)
      """
    for suffix in ["gz", "xz"] {
      let output = try Command(
        "/usr/bin/python3", "-c", script,
        "\(archive.published)/\(ArchiveFixture.amd64).\(suffix)"
      ).check()
      let size = try Files.size("\(archive.archive)/\(DebianPackage("fugue").path)")
      #expect(String(decoding: output, as: UTF8.self) == "6-8 524288 \(size)\n6\n12\n")
    }
  }

  /// The piece index is control data like any other, of several gzip members.
  @Test func pythonAptReadsThePieceIndex() throws {
    let archive = try published()
    try archive.update()
    let outcome = try archive.hash()
    #expect(outcome.status == 0, "\(outcome)")
    let script = """
      import sys
      import apt_pkg
      with apt_pkg.TagFile(sys.argv[1]) as file:
          print([section["Piece-Numbers"] for section in file if "Filename" in section])
      """
    let output = try Command(
      "/usr/bin/python3", "-c", script,
      "\(archive.published)/main/binary-amd64/Packages-pieces.gz"
    ).check()
    #expect(
      String(decoding: output, as: UTF8.self)
        == "['1', '2', '3', '4', '5', '6-8', '9', '10', '11', '12', '13']\n")
  }

  @Test func compressorsFindTheirFilesWhole() throws {
    let archive = try published { archive in
      try archive.configure("Compress: xz gz bz2 zst")
    }
    let programs = [("xz", "xz"), ("gz", "gzip"), ("bz2", "bzip2"), ("zst", "zstd")]
    for path in try Files.all(below: archive.published) {
      for (suffix, program) in programs where path.hasSuffix(".\(suffix)") {
        try Command(program, "-t", "\(archive.published)/\(path)").check()
      }
    }
  }

  /// apt reads only the first of several xz streams, so there must be one; blocks are what lets a
  /// run reuse what it compressed before.
  @Test func aLargeIndexIsOneXzStreamOfSeveralBlocks() throws {
    let archive = try published { archive in
      try archive.edit { text in
        let stanza = text.stanzas.first { $0.value(of: "Package") == "canon" } ?? ""
        text += (0..<4000).map { number in
          stanza.replacing("Package: canon", "Package: canon-\(number)") + "\n\n"
        }.joined()
      }
      try archive.publish()
      try archive.configure("Compress: xz gz bz2")
    }
    let path = "\(archive.published)/\(ArchiveFixture.amd64)"
    let list = try Command("xz", "--list", "--robot", "\(path).xz").check()
    let file = String(decoding: list, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("file\t") }?.split(separator: "\t")
    let words = try #require(file)
    #expect(words[1] == "1", "streams: \(words)")
    #expect((Int(words[2]) ?? 0) > 1, "blocks: \(words)")
    #expect((Int(words[4]) ?? 0) > 1 << 20, "uncompressed: \(words)")
    let plain = try Command("xz", "-dc", "\(path).xz").check()
    for (suffix, program) in [("gz", "gzip"), ("bz2", "bzip2")] {
      try Command(program, "-t", "\(path).\(suffix)").check()
      #expect(try Command(program, "-dc", "\(path).\(suffix)").check() == plain)
    }
    #expect(String(decoding: plain, as: UTF8.self).stanzas.count == 4012)
    let script = """
      import sys
      import apt_pkg
      with apt_pkg.TagFile(sys.argv[1]) as file:
          print(sum("Piece-Numbers" in section for section in file))
      """
    let read = try Command("/usr/bin/python3", "-c", script, "\(path).xz").check()
    #expect(String(decoding: read, as: UTF8.self) == "4012\n")
  }

  @Test(arguments: [false, true]) func gpgv(inPlace: Bool) throws {
    let archive = try published { archive in
      if inPlace { try archive.configureInPlace() }
    }
    let directory = inPlace ? archive.dists : archive.published
    let key = inPlace ? archive.keys.archive : archive.keys.operator_
    let combined = try Command(
      "gpgv", "--status-fd", "1", "--keyring", key.keyring, "\(directory)/InRelease"
    ).run()
    #expect(combined.status == 0 && combined.output.contains("VALIDSIG \(key.fingerprint)"))
    let detached = try Command(
      "gpgv", "--status-fd", "1", "--keyring", key.keyring, "\(directory)/Release.gpg",
      "\(directory)/Release"
    ).run()
    #expect(detached.status == 0 && detached.output.contains("VALIDSIG \(key.fingerprint)"))
    let wrong = inPlace ? archive.keys.operator_ : archive.keys.archive
    let other = try Command("gpgv", "--keyring", wrong.keyring, "\(directory)/InRelease").run()
    #expect(other.status != 0)
  }
}
