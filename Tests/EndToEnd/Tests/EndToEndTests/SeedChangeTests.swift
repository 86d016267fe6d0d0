// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

/// Transfers while the files under them change, and while the daemon ends.
@Suite struct SeedChangeTests {
  /// Downloads every file of the pool with 50 transfers at once, again and again; a transfer that
  /// breaks leaves no file. Prints the hashes of those that are complete.
  private static let downloads = """
    set -u
    cd "$1"
    i=0
    while [ ! -e stop ] && [ $i -lt 40 ]; do
      i=$((i + 1))
      while read -r path; do
        printf 'url = "%s/%s"\\noutput = "%s/%s.%s"\\n' "$2" "$path" "$1" "$(basename "$path")" "$i"
      done <list >config
      curl -q -s --noproxy '*' -Z --parallel-max 50 --remove-on-error --fail -K config 2>/dev/null
    done
    true
    """

  private func changing(_ change: (String, [UInt8]) throws -> Void) throws {
    let archive = try ArchiveFixture()
    #expect(try archive.hash().status == 0)
    let seeder = try SeedProcess(archive)
    try seeder.waitForCatalog()
    let paths = try Files.all(below: "\(archive.archive)/pool").map { "pool/\($0)" }
    let hashes = try Files.hashes(paths, in: archive.archive)
    let target = try Scratch.directory("downloads")
    defer { Scratch.remove(target) }
    try Files.write(paths.map { "\($0)\n" }.joined(), to: "\(target)/list")
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

  @Test func filesThatGrowAndShrinkAreWholeOrBroken() throws {
    try changing { path, bytes in
      // Under another name, as a mirror tool does; what is under way keeps the inode it has.
      try Files.write(Array(bytes.dropLast(bytes.count / 2)), to: "\(path).part")
      try Files.move("\(path).part", to: "\(path).part2")
      try Files.remove("\(path).part2")
      try Files.write(bytes, to: path)
    }
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
    while (try? Files.size("\(target)/fugue")) ?? 0 == 0 { usleep(10_000) }
    #expect(try seeder.stop().status == 0)
    #expect(try client.wait().status == 0)
    #expect(try Files.read("\(target)/fugue") == Files.read("\(archive.archive)/\(path)"))
  }
}
