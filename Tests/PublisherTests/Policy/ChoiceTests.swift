// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser
import Testing

@testable import Publisher

@Suite("What a policy chooses")
struct ChoiceTests {
  private func file(
    _ name: String, _ size: UInt64, architecture: String = "amd64", section: String = "",
    priority: String = "", source: String = "", component: String = "main"
  ) throws -> PackageFile {
    PackageFile(
      package: name, architecture: architecture, path: try ArchivePath("pool/\(name).deb"),
      content: ContentID(sha256: try .hashing(Array(name.utf8)), size: ByteCount(size)),
      location: IndexLocation(
        component: component, kind: .packages(architecture: architecture)),
      section: section, priority: priority, source: source)
  }

  private func names(
    _ policy: String, _ files: [PackageFile], _ popularity: String? = nil
  ) throws -> [String] {
    let list = try popularity.map { try Popularity(Array($0.utf8), file: "list") }
    let choice = try Choice(try TorrentPolicy(policy), of: files, popularity: list)
    return choice.chosen.map { files[$0].package }
  }

  private func sample() throws -> [PackageFile] {
    [
      try file("a", 1000, section: "games", priority: "optional"),
      try file("b", 10, section: "non-free/games", source: "src", component: "non-free"),
      try file("c", 300, architecture: "source", section: "libs", priority: "required"),
      try file("lib-d", 90, section: "libs"),
    ]
  }

  @Test("each condition by itself")
  func conditions() throws {
    let files = try sample()

    #expect(try names("any", files) == ["a", "b", "c", "lib-d"])
    #expect(try names("size >= 300", files) == ["a", "c"])
    #expect(try names("size < 90", files) == ["b"])
    #expect(try names("section games", files) == ["a", "b"])
    #expect(try names("section non-free/*", files) == ["b"])
    #expect(try names("priority required optional", files) == ["a", "c"])
    #expect(try names("package lib* b", files) == ["b", "lib-d"])
    #expect(try names("source src", files) == ["b"])
    #expect(try names("architecture source", files) == ["c"])
    #expect(try names("component main", files) == ["a", "c", "lib-d"])
    #expect(try names("not section games libs", files) == [])
  }

  @Test("conditions joined")
  func joined() throws {
    let files = try sample()

    #expect(try names("section games and size > 10 or priority required", files) == ["a", "c"])
    #expect(try names("not section games and not architecture source", files) == ["lib-d"])
  }

  @Test("the fewest files that have a share of the bytes")
  func bytes() throws {
    let files = try sample()

    #expect(try names("carries 0% of bytes", files) == [])
    #expect(try names("carries 70% of bytes", files) == ["a"])
    #expect(try names("carries 72% of bytes", files) == ["a", "c"])
    #expect(try names("carries 100% of bytes", files) == ["a", "b", "c", "lib-d"])
    #expect(try names("not carries 72% of bytes", files) == ["b", "lib-d"])
  }

  @Test("the fewest files that have a share of what is fetched: size times installations")
  func downloads() throws {
    let files = try sample()
    // a 1000, b 1000, lib-d 90000; sources are not installed.
    let popularity = "lib-d 1000\nb 100\nc 99999\na 1\n"

    #expect(try names("carries 95% of downloads", files, popularity) == ["lib-d"])
    #expect(try names("carries 98% of downloads", files, popularity).count == 2)
    #expect(
      try names("installations >= 100 and not architecture source", files, popularity)
        == ["b", "lib-d"])
    #expect(try names("rank <= 2", files, popularity) == ["b", "lib-d"])
  }

  @Test("coverage is told in files, bytes and downloads")
  func coverage() throws {
    let files = try sample()
    let list = try Popularity(Array("a 1\nlib-d 100\n".utf8), file: "list")

    let coverage = try Choice(try TorrentPolicy("size > 100"), of: files, popularity: list).coverage

    #expect(coverage.files == 2 && coverage.allFiles == 4)
    #expect(coverage.bytes == 1300 && coverage.allBytes == 1400)
    #expect(coverage.downloadShare == 10)
  }

  @Test("without a list of popular packages a policy that needs one is refused")
  func lacking() throws {
    let files = try sample()

    let error = try failure {
      try Choice(try TorrentPolicy("rank < 5"), of: files, popularity: nil)
    }

    #expect(error?.code == .configuration)
    #expect(error?.advice?.contains("Torrent-Popularity") == true)
  }
}
