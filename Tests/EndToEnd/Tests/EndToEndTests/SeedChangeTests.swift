// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

/// Transfers while the files under them change, and while the daemon ends.
@Suite struct SeedChangeTests {
  /// Downloads what `list` names, as a target and a file's name a line, with 50 transfers at once,
  /// again and again; one that breaks leaves no file.
  private static let downloads = """
    set -u
    cd "$1"
    i=0
    while [ ! -e stop ] && [ $i -lt 40 ]; do
      i=$((i + 1))
      while read -r target name; do
        printf 'url = "%s/%s"\\noutput = "%s/%s.%s"\\n' "$2" "$target" "$1" "$name" "$i"
      done <list >config
      curl -q -s --noproxy '*' -Z --parallel-max 50 --remove-on-error --fail -K config 2>/dev/null
    done
    true
    """

  /// Has files changed while 50 clients download them, by path or by hash. Every download that is
  /// complete must be right; by hash some break, and some are refused.
  private func changing(
    byHash: Bool = false, _ change: (String, [UInt8]) throws -> Void
  ) throws {
    let archive = try ArchiveFixture()
    #expect(try archive.hash().status == 0)
    let seeder = try SeedProcess(archive)
    try seeder.waitForCatalog()
    let paths = try Files.all(below: "\(archive.archive)/pool").map { "pool/\($0)" }
    let hashes = try Files.hashes(paths, in: archive.archive)
    let target = try Scratch.directory("downloads")
    defer { Scratch.remove(target) }
    let list = try paths.map { path in
      let name = try #require(path.split(separator: "/").last)
      let target = byHash ? "content/sha256/\(try #require(hashes[path]))" : path
      return "\(target) \(name)\n"
    }
    try Files.write(list.joined(), to: "\(target)/list")
    let client = try Command("sh", "-c", Self.downloads, "sh", target, seeder.url).start()
    let originals = try paths.map { ($0, try Files.read("\(archive.archive)/\($0)")) }
    for _ in 0..<6 {
      for (path, bytes) in originals { try change("\(archive.archive)/\(path)", bytes) }
    }
    try Files.write("", to: "\(target)/stop")
    #expect(try client.wait(within: .seconds(120)).status == 0)
    var right = 0
    for (path, bytes) in originals {
      let name = String(path.split(separator: "/").last ?? "")
      let copies = Files.names(in: target).filter {
        $0.hasPrefix("\(name).") && $0.dropFirst(name.count + 1).allSatisfy(\.isNumber)
      }
      for (copy, hash) in try Files.hashes(copies, in: target) {
        if hash == hashes[path] {
          right += 1
        } else {
          Issue.record(
            "\(copy) is complete and wrong: \(try Files.size("\(target)/\(copy)")) bytes")
        }
      }
      try Files.write(bytes, to: "\(archive.archive)/\(path)")
    }
    #expect(right > 0)
    #expect(try seeder.stop().status == 0)
  }

  @Test func filesReplacedByTheSameBytesStayRight() throws {
    try changing { path, bytes in try Files.write(bytes, to: path) }
  }

  @Test func filesTakenAwayAndPutBackAreWholeOrAbsent() throws {
    try changing { path, bytes in
      try Files.remove(path)
      try Files.write(bytes, to: path)
    }
  }

  /// As bad memory, a bad disk or a careless hand would, and back again.
  @Test func bytesFlippedInPlaceAreNeverServedByHash() throws {
    try changing(byHash: true) { path, bytes in
      for offset in [0, bytes.count / 2, bytes.count - 1] {
        try Files.overwrite(path, at: offset, with: [bytes[offset] ^ 0x10])
        usleep(2_000)
        try Files.overwrite(path, at: offset, with: [bytes[offset]])
      }
    }
  }

  @Test func filesReplacedByOtherBytesAreNeverServedByHash() throws {
    try changing(byHash: true) { path, bytes in
      for flipped in [true, false] {
        var other = bytes
        if flipped { other[bytes.count / 2] ^= 0x10 }
        try Files.write(other, to: "\(path).part")
        try Files.move("\(path).part", to: path)
        usleep(2_000)
      }
    }
  }

  @Test func filesThatGrowAndShrinkAreWholeOrBroken() throws {
    try changing { path, bytes in
      // Under another name, as a mirror tool does; what is under way keeps the inode it has.
      try Files.write(Array(bytes.dropLast(bytes.count / 2)), to: "\(path).part")
      try Files.move("\(path).part", to: "\(path).part2")
      try Files.remove("\(path).part2")
      try Files.write(bytes, to: path)
    }
  }

  /// A stream of pieces ends when its file is written to, and nothing of it is in the answers that
  /// others get from the same thread.
  @Test func aStreamThatBreaksConcernsNobodyElse() throws {
    let archive = try ArchiveFixture()
    let large = DebianPackage("symphony", payload: 40_000_000)
    try archive.add(large)
    try archive.scan()
    archive.release.advance()
    try archive.publish()
    #expect(try archive.hash().status == 0)
    let seeder = try SeedProcess(archive, "--threads", "1")
    try seeder.waitForCatalog()
    let torrent = try #require(try PublishedSet(archive.published).torrents("amd64").first)
    let numbers = try PublishedSet(archive.published).stanza("symphony").value(of: "Piece-Numbers")
    let target = try Scratch.directory("stream")
    defer { Scratch.remove(target) }
    let client = try Command(
      "curl", "-q", "-sS", "--noproxy", "*", "--limit-rate", "8M", "--max-time", "60", "-d",
      try #require(numbers), "-o", "\(target)/pieces", "\(seeder.url)/pieces/\(torrent.id)"
    ).start()
    try waitForBytes(in: "\(target)/pieces")
    try Files.overwrite("\(archive.archive)/\(large.path)", at: 39_000_000, with: [1])
    let path = DebianPackage("fugue").path
    let bytes = try Files.read("\(archive.archive)/\(path)")
    for _ in 0..<100 {
      let reply = try seeder.get(path)
      #expect(reply.status == 200 && reply.content == bytes)
    }
    #expect(try client.wait().status != 0)
    #expect(try seeder.get(path).content == bytes)
    let metrics = try seeder.status("metrics").text
    #expect(metrics.contains("archive_tool_changed_files_total 1\n"))
  }

  @Test func aTransferUnderWayEndsBeforeTheDaemon() throws {
    let archive = try ArchiveFixture()
    let seeder = try SeedProcess(archive)
    let path = DebianPackage("fugue").path
    let target = try Scratch.directory("slow")
    defer { Scratch.remove(target) }
    let client = try Command(
      "curl", "-q", "-sS", "--noproxy", "*", "--limit-rate", "700K", "-o", "\(target)/fugue",
      "\(seeder.url)/\(path)"
    ).start()
    try waitForBytes(in: "\(target)/fugue")
    #expect(try seeder.stop().status == 0)
    #expect(try client.wait().status == 0)
    #expect(try Files.read("\(target)/fugue") == Files.read("\(archive.archive)/\(path)"))
  }

  /// Waits until a download has begun.
  private func waitForBytes(in path: String) throws {
    try waitUntil { try Files.exists(path) && Files.size(path) > 0 }
  }

  /// The names of the overlay lead upwards, which the kernel does not follow while anything on the
  /// machine is renamed.
  @Test func whatIsRenamedElsewhereRefusesNothing() throws {
    let archive = try ArchiveFixture()
    #expect(try archive.hash().status == 0)
    let seeder = try SeedProcess(archive)
    let elsewhere = try Scratch.directory("renames")
    defer { Scratch.remove(elsewhere) }
    try Files.write("", to: "\(elsewhere)/a")
    let renames = "import os\nwhile True: os.rename('a', 'b'); os.rename('b', 'a')"
    let renaming = try Command(["python3", "-c", renames], directory: elsewhere).start()
    defer {
      renaming.signal(SIGKILL)
      _ = try? renaming.wait()
    }
    // A query makes each a target of its own, for which the file is opened anew.
    let answers = try SeedProcess.curl([
      "-o", "/dev/null", "-w", "%{http_code}\n",
      "\(seeder.url)/overlay/dists/bookworm/InRelease?[1-2000]",
    ])
    let statuses = String(decoding: answers, as: UTF8.self).split(separator: "\n")
    #expect(statuses.count == 2000 && Set(statuses) == ["200"], "\(Set(statuses))")
  }
}
