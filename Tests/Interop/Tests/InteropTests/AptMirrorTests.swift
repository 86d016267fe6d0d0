// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// `archive-tool seed` is the mirror of a real apt: what was asked for, and how it was answered, is
/// in the access log.
@Suite struct AptMirrorTests {
  /// Sixty packages beside those that every archive here has; the last is too large for one write.
  private static let wanted = (1...60).map {
    DebianPackage("suite-\($0)", payload: $0 == 60 ? 6_000_000 : 1_000 * $0)
  }

  private func archive() throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    for package in Self.wanted { try archive.add(package) }
    // As on a mirror: a date is a validator only once its second is over (RFC 9110 section 8.8.2.2).
    let paths = Self.wanted.map { "\(archive.archive)/\($0.path)" }
    try Command(["touch", "--date", "1 hour ago"] + paths).check()
    try archive.scan()
    archive.release.advance()
    try archive.publish()
    let outcome = try archive.hash()
    #expect(outcome.status == 0, "\(outcome)")
    return archive
  }

  /// Targets and statuses of the log.
  private func requests(in log: String) throws -> [(target: String, status: String)] {
    try Files.text(log).split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
      guard parts.count > 2 else { return nil }
      let request = parts[1].split(separator: " ")
      let answer = parts[2].split(separator: " ")
      guard request.count == 3, let status = answer.first else { return nil }
      return (String(request[1]), String(status))
    }
  }

  private func name(_ package: DebianPackage) -> String {
    String(package.path.split(separator: "/").last ?? "")
  }

  @Test(arguments: ["", "/overlay"]) func servesSixtyPackagesAndWhatIsMissing(root: String) throws {
    let archive = try archive()
    let log = "\(archive.directory)/access.log"
    let seeder = try Seeder(archive, "--access-log", log)
    let isOverlay = !root.isEmpty
    let key = isOverlay ? archive.keys.operator_ : archive.keys.archive
    let client = try AptClient(
      "deb [signed-by=\(key.keyring)] \(seeder.url)\(root) bookworm main")
    try client.get("update")
    // What apt had of a file when it was interrupted; it goes on where the date is the file's.
    let broken = try #require(Self.wanted.last)
    let source = "\(archive.archive)/\(broken.path)"
    let partial = "\(client.directory)/cache/archives/partial/\(name(broken))"
    try Files.write(Array(try Files.read(source).prefix(1_000_000)), to: partial)
    try Command("touch", "--reference", source, partial).check()
    // This updates as well: nothing is new.
    let dialogue = try client.fetch(Self.wanted, of: archive)
    #expect(try seeder.stop().status == 0)

    let requests = try requests(in: log)
    // Each thread has lines of its own: nothing is known of their order.
    func statuses(_ end: String) -> [String] {
      requests.filter { $0.target.hasSuffix(end) }.map(\.status).sorted()
    }
    #expect(statuses("/InRelease") == ["200", "304"])
    let byHash = requests.filter { $0.target.contains("/by-hash/SHA256/") }.map(\.status)
    // The archive promises them and has none; apt goes on with their names.
    #expect(Set(byHash) == [isOverlay ? "200" : "404"])
    #expect(requests.contains { $0.target.hasSuffix("/Packages.xz") } != isOverlay)
    for package in Self.wanted.dropLast() { #expect(statuses(name(package)) == ["200"]) }
    let asked = dialogue.ranges(of: name(broken)).map { dialogue[$0.lowerBound...].prefix(400) }
    #expect(statuses(name(broken)) == ["206"], "\(asked)")
  }
}
