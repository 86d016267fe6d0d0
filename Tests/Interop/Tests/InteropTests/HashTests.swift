// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Other programs compute the same hashes from the same files.
@Suite struct HashTests {
  private func published(_ configuration: String = "") throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    try archive.configure(configuration)
    let outcome = try archive.hash()
    #expect(outcome.status == 0, "\(outcome)")
    return archive
  }

  @Test(arguments: ["512K", "16K"]) func everyPieceByDdAndSha256sum(size: String) throws {
    let archive = try published("Piece-Size: \(size)")
    let stanza = try PublishedSet(archive.published).stanza("fugue")
    let pieceSize = try #require(stanza.value(of: "Piece-Size"))
    let lines = try #require(stanza.value(of: "SHA256-Pieces")).split(separator: "\n")
    let script = """
      i=0
      while [ $i -lt \(lines.count) ]; do
        dd if="$1" bs=\(pieceSize) skip=$i count=1 2>/dev/null >"$2"
        printf ' %s %s\\n' "$(sha256sum <"$2" | cut -d ' ' -f 1)" "$(stat -c %s "$2")"
        i=$((i + 1))
      done
      dd if="$1" bs=\(pieceSize) skip=$i count=1 2>/dev/null
      """
    let output = try Command(
      "sh", "-e", "-c", script, "sh", "\(archive.archive)/\(DebianPackage("fugue").path)",
      "\(archive.directory)/piece"
    ).check()
    #expect(String(decoding: output, as: UTF8.self).split(separator: "\n") == lines)
    #expect(lines.count == (size == "16K" ? 81 : 3))
    #expect(pieceNumbers(stanza.value(of: "Piece-Numbers"))?.count == lines.count)
  }

  @Test func legacyPiecesBySha1sum() throws {
    let archive = try published("Legacy-SHA1: yes")
    let stanza = try PublishedSet(archive.published).stanza("fugue")
    let lines = try #require(stanza.value(of: "SHA1-pieces")).split(separator: "\n")
    for (index, line) in lines.enumerated() {
      let script = "dd if=\"$1\" bs=524288 skip=\(index) count=1 2>/dev/null | sha1sum"
      let output = try Command(
        "sh", "-c", script, "sh", "\(archive.archive)/\(DebianPackage("fugue").path)"
      ).check()
      #expect(
        line.split(separator: " ").first.map(String.init)
          == String(decoding: output.prefix(40), as: UTF8.self))
    }
    #expect(lines.count == 3)
  }

  /// For every file of the archive, packages and sources, of all sizes there are.
  @Test func rootsByLibtorrent() throws {
    let archive = try published()
    let script = """
      import os, sys
      import libtorrent
      for path in sys.argv[1:]:
          files = libtorrent.file_storage()
          libtorrent.add_files(files, path)
          torrent = libtorrent.create_torrent(files, 524288, libtorrent.create_torrent.v2_only)
          libtorrent.set_piece_hashes(torrent, os.path.dirname(path))
          tree = torrent.generate()[b"info"][b"file tree"]
          name = os.path.basename(path)
          print(tree[name.encode()][b""][b"pieces root"].hex(), name)
      """
    let names = try Files.all(below: "\(archive.archive)/pool")
    let output = try Command(
      ["/usr/bin/python3", "-W", "ignore", "-c", script]
        + names.map { "\(archive.archive)/pool/\($0)" }
    ).check()
    var theirs: [String: String] = [:]
    for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      theirs[words[1]] = words[0]
    }
    #expect(theirs.count == 16)
    var ours: [String: String] = [:]
    let published = try PublishedSet(archive.published)
    for (path, _) in archive.indices {
      for stanza in try published.index(path).stanzas {
        let root = stanza.value(of: "Pieces-Root") ?? ""
        guard let filename = stanza.value(of: "Filename") else {
          for line in root.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            ours[words[1]] = words[0]
          }
          continue
        }
        ours[filename.split(separator: "/").last.map(String.init) ?? ""] = root
      }
    }
    #expect(ours == theirs)
  }

  /// Files of several hundred sizes, many around the edges of blocks, leaves and pieces.
  @Test(arguments: ["avx512", "avx2", "shani", "libcrypto"])
  func everyKernelByLibtorrent(kernel: String) throws {
    let directory = try Scratch.directory("sizes")
    let script = """
      import hashlib, libtorrent, os, random, sys
      random.seed(7)
      edges = [edge * count + off for edge in (64, 16384, 65536) for count in (1, 2, 3, 4, 5)
               for off in (-65, -64, -63, -9, -8, -1, 0, 1, 55, 56, 63, 64)]
      sizes = sorted(set([size for size in edges if size > 0]
                         + [random.randrange(1, 200000) for _ in range(300)]))
      os.chdir(sys.argv[1])
      noise = random.randbytes(400000)
      for size in sizes:
          name = f"f{size}"
          with open(name, "wb") as file:
              file.write(noise[size % 1000:size % 1000 + size])
          files = libtorrent.file_storage()
          libtorrent.add_files(files, name)
          torrent = libtorrent.create_torrent(files, 65536)
          libtorrent.set_piece_hashes(torrent, ".")
          made = torrent.generate()
          tree = made[b"info"][b"file tree"][name.encode()][b""]
          root = tree[b"pieces root"]
          with open(name, "rb") as file:
              whole = hashlib.sha256(file.read()).hexdigest()
          print(name, whole, root.hex(), made[b"info"][b"pieces"].hex(),
                made[b"piece layers"].get(root, b"").hex())
      """
    let theirs = try Command(
      ["/usr/bin/python3", "-W", "ignore", "-c", script, directory]
    ).check()
    let lines = String(decoding: theirs, as: UTF8.self).split(separator: "\n")
    #expect(lines.count > 400)
    var command = try Tool.command([
      "digest", "--root", directory, "--files-from", "-", "--piece-size", "64K", "--json",
    ])
    command.input = Array(
      lines.map { $0.prefix { $0 != " " } }.joined(separator: "\n").utf8)
    command.environment["ARCHIVE_TOOL_HASH_KERNEL"] = kernel
    let ours = try command.run()
    if ours.status == 78, ours.errors.contains("no hash kernel") {
      // Said, not passed over: this processor cannot tell.
      try Test.cancel("this processor has no \(kernel)")
    }
    #expect(ours.status == 0, "\(ours.errors)")
    let join = """
      import json, sys
      for line in sys.stdin:
          file = json.loads(line)
          print(file["filename"], file["sha256"], file["piecesRoot"],
                "".join(file["sha1Pieces"]), "".join(file.get("pieceLayer", [])))
      """
    let joined = try Command(["python3", "-c", join], input: ours.bytes).check()
    #expect(joined == theirs)
  }
}
