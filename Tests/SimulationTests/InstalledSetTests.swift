// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Simulation

@Suite("A list of installed packages")
struct InstalledSetTests {
  private func lines(_ text: String) throws -> [String] {
    try installed(text).packages.map { "\($0.name) \($0.version ?? "-") \($0.architecture ?? "-")" }
  }

  @Test("is what dpkg-query prints, or names")
  func forms() throws {
    #expect(
      try lines("libc6 2.36-9+deb12u10 amd64\nadduser 3.134 all\n")
        == ["libc6 2.36-9+deb12u10 amd64", "adduser 3.134 all"])
    #expect(try lines("libc6\nlibstdc++6") == ["libc6 - -", "libstdc++6 - -"])
    #expect(
      try lines("libc6:amd64\t2:2.36~rc1-9\n\n # why\n  g++  \r\n")
        == ["libc6 2:2.36~rc1-9 amd64", "g++ - -"])
  }

  @Test("has each package once")
  func once() throws {
    #expect(try lines("a1\nb1\na1\n") == ["a1 - -", "b1 - -"])
  }

  @Test(
    "refuses a line that is neither, and names it",
    arguments: [
      "ii  libc6:amd64  2.36  amd64  GNU C Library", "Package: libc6", "libc6,", "-libc6",
      "libc6 amd64", "libc6 1.0 am/d64", "libc6:", "\u{1B}[31mlibc6", "libé",
    ])
  func malformed(line: String) throws {
    let error = try #require(try failure { try installed("good\n\n\(line)\ngood2\n") })
    #expect(error.code == .data)
    #expect(error.place == ArchiveError.Place(file: "installed", line: 3))
    #expect(error.advice == InstalledSet.advice)
  }

  @Test("refuses to be empty", arguments: ["", "\n\n", "# nothing\n"])
  func empty(text: String) throws {
    #expect(try failure { try installed(text) }?.code == .data)
  }

  @Test("has limits")
  func limits() throws {
    var limits = SimulationLimits()
    limits.installedPackages = 2
    let many = Array("a1\na2\na3\n".utf8)
    let error = try failure { try InstalledSet(many, file: "f", limits: limits) }
    #expect(error?.place?.line == 3)
    limits.installedBytes = 8
    #expect(try failure { try InstalledSet(many, file: "f", limits: limits) }?.code == .data)
  }

  @Test("ends well or with an error of its own, whatever the bytes", arguments: 0..<200 as Range)
  func anyBytes(seed: UInt64) throws {
    var random = SimulationRandom(seed: seed)
    var bytes = Array("libc6:amd64 2:2.36-9 amd64\nadduser 3.134 all\n# x\nbash\n".utf8)
    for _ in 0..<random.below(6) {
      bytes[random.below(bytes.count)] = UInt8(random.below(256))
    }
    bytes.removeLast(random.below(bytes.count))
    let error = try failure { try InstalledSet(bytes, file: "f") }
    #expect(error == nil || error?.code == .data)
  }

  @Test("finds packages by name, and by architecture where it says one")
  func find() throws {
    let files = [
      try file("a1", 1), try file("a1", 1, architecture: "arm64"),
      try file("b1", 1, architecture: "all"), try file("c1", 1),
    ]
    let found = try installed("a1 1 amd64\nb1 1 all\nc1 1 arm64\nd1\n").find(in: files)
    #expect(found.positions == [0, 2])
    #expect(found.missing.map(\.name) == ["c1", "d1"])
  }

  @Test("finds the version that is installed, or else the last one listed")
  func versions() throws {
    let files = [
      try file("a1", 1, version: "1.0"), try file("a1", 1, version: "2.0"),
      try file("a1", 1, version: "3.0"),
    ]
    #expect(try installed("a1 1:2.0 amd64").find(in: files).positions == [1])
    #expect(try installed("a1 2.5 amd64").find(in: files).positions == [2])
    #expect(try installed("a1").find(in: files).positions == [2])
  }
}
