// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Indices that are not what Release lists, or that Release lists though they are damaged.
@Suite struct IndexDamageTests {
  enum Damage: String, CaseIterable, Sendable {
    case truncated, flipped, lengthened

    func apply(_ bytes: [UInt8]) -> [UInt8] {
      var bytes = bytes
      switch self {
      case .truncated: bytes.removeLast(bytes.count / 3)
      case .flipped: bytes[bytes.count / 2] ^= 0x10
      case .lengthened: bytes += Array("garbage at the end".utf8)
      }
      return bytes
    }
  }

  /// An archive that was published once, and has a newer set of one compression alone.
  private func archive(_ suffix: String, _ damage: Damage?) throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    for path in try Files.all(below: archive.dists) where path.contains("Packages.") {
      try Files.remove("\(archive.dists)/\(path)")
    }
    archive.compressions = [suffix]
    if let damage { archive.damages["\(ArchiveFixture.amd64).\(suffix)"] = damage.apply }
    try archive.add(DebianPackage("polka"))
    try archive.republish()
    return archive
  }

  @Test(arguments: ["xz", "gz", "bz2"], Damage.allCases)
  func damageAfterTheReleaseWasMade(suffix: String, damage: Damage) throws {
    let archive = try archive(suffix, nil)
    let path = "\(archive.dists)/\(ArchiveFixture.amd64).\(suffix)"
    let good = try Files.read(path)
    try Files.write(damage.apply(good), to: path)
    try archive.expectRefusal(65, saying: path)
    try Files.write(good, to: path)
    try archive.hashInSilence()
    try archive.expectSound()
  }

  @Test(arguments: ["xz", "gz", "bz2"], Damage.allCases)
  func damageThatReleaseVouchesFor(suffix: String, damage: Damage) throws {
    let archive = try archive(suffix, damage)
    try archive.expectRefusal(65, saying: "\(archive.dists)/\(ArchiveFixture.amd64).\(suffix)")
  }

  @Test(arguments: ["wrong size", "wrong hash", "wrong hash of the uncompressed index"])
  func releaseListsSomethingElse(_ what: String) throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    archive.compressions = ["gz"]
    try archive.scan()
    archive.release.advance()
    let name = what.hasSuffix("index") ? ArchiveFixture.amd64 : "\(ArchiveFixture.amd64).gz"
    try archive.publish { text in
      text = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        var words = line.split(separator: " ").map(String.init)
        guard words.last == name, words.count == 3, words[0].count == 64 else {
          return String(line)
        }
        words[what == "wrong size" ? 1 : 0] =
          what == "wrong size" ? "\((Int(words[1]) ?? 0) + 1)" : String(words[0].reversed())
        return " " + words.joined(separator: " ")
      }.joined(separator: "\n")
    }
    try archive.expectRefusal(65, saying: "\(archive.dists)/\(ArchiveFixture.amd64).gz", "Release")
  }

  @Test func aDamagedIndexLeavesOtherSuitesAlone() throws {
    let archive = try ArchiveFixture()
    archive.suite = "trixie"
    archive.release.codename = "trixie"
    archive.release.suite = "testing"
    archive.damages["\(ArchiveFixture.amd64).gz"] = Damage.flipped.apply
    try archive.publish()
    let outcome = try archive.hash("--suite", "trixie", "bookworm")
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("trixie: ") && !outcome.errors.contains("bookworm"))
    #expect(!Files.exists(archive.published))
    archive.suite = "bookworm"
    try archive.expectSound()
  }
}
