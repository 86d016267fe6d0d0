// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing
import TorrentMetadata

@Suite("The paths of a set")
struct SetPathsTests {
  private func split(_ paths: [String]) throws -> SetPaths {
    try SetPaths(paths.map { try ArchivePath($0) })
  }

  @Test("have their first component as the set's name")
  func name() throws {
    let set = try split(["pool/main/a/a_1_all.deb", "pool/b"])
    #expect(set.name == "pool")
    #expect(set.paths.map(\.string) == ["main/a/a_1_all.deb", "b"])
  }

  @Test("make the address of each file below the archive root")
  func address() throws {
    let set = try split(["pool/main/g++_ä.deb"])
    let root = try #require(AbsoluteURL("http://m/debian/"))
    let whole = try root.appending(ArchivePath(set.name)).appending(set.paths[0])
    #expect(whole.string == "http://m/debian/pool/main/g%2B%2B_%C3%A4.deb")
  }

  @Test("begin alike", arguments: [["pool/a", "dists/b"], ["pool/a", "pools/b"], ["pool"], []])
  func different(paths: [String]) {
    #expect(throws: ArchiveError.self) { try split(paths) }
  }
}
