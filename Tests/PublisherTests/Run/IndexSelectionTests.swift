// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser
import Testing

@testable import Publisher

@Suite("The indices that a run reads")
struct IndexSelectionTests {
  private let suite: TestSuite
  private let bytes = Array("x".utf8)

  init() throws { suite = try TestSuite() }

  private func select(
    present: [String], absent: [String] = [], _ change: (inout SuiteSettings) -> Void = { _ in }
  ) throws -> IndexSelection {
    func files(_ paths: [String]) -> [String: [UInt8]] {
      Dictionary(uniqueKeysWithValues: paths.map { ($0, bytes) })
    }
    var settings = SuiteSettings()
    change(&settings)
    return try suite.selection(
      suite.publish(files(present), absent: files(absent)), settings)
  }

  private func paths(_ locations: [IndexLocation]) -> [String] { locations.map(\.path) }

  @Test("are all that Release lists and the mirror has, in the order of their paths")
  func all() throws {
    let selection = try select(present: [
      "main/source/Sources", "main/binary-amd64/Packages", "contrib/binary-all/Packages",
      "main/debian-installer/binary-amd64/Packages", "main/i18n/Translation-en",
      "main/Contents-amd64",
    ])
    #expect(
      paths(selection.sources.map(\.location)) == [
        "contrib/binary-all/Packages", "main/binary-amd64/Packages",
        "main/debian-installer/binary-amd64/Packages", "main/source/Sources",
      ])
    #expect(selection.absent == [])
    #expect(selection.filtered == [])
    #expect(selection.unexpected == [])
  }

  @Test("are read in the cheapest of the forms that there are")
  func cheapest() throws {
    let index = "main/binary-amd64/Packages"
    let forms: [([Compression], Compression)] = [
      ([.xz, .gzip], .gzip), ([.xz, .bzip2], .xz), ([.zstd, .gzip], .zstd),
      ([.bzip2], .bzip2), ([.none, .zstd, .gzip], .none),
    ]
    for (present, chosen) in forms {
      let suite = try TestSuite()
      let files = present.map { (index + $0.suffix, Array("\($0)".utf8)) }
      let release = try suite.publish(Dictionary(uniqueKeysWithValues: files))
      let source = try #require(try suite.selection(release).sources.first)
      #expect(source.compression == chosen)
      #expect(source.path.string == "dists/tester/\(index)\(chosen.suffix)")
      #expect(source.file == release.files[index + chosen.suffix])
      #expect(Set(source.present) == Set(present))
    }
  }

  @Test("know what Release says of their plain bytes, listed though not there")
  func plain() throws {
    let index = "main/binary-amd64/Packages"
    let release = try suite.publish([index + ".xz": bytes], absent: [index: Array("plain".utf8)])
    let source = try #require(try suite.selection(release).sources.first)
    #expect(source.plain == release.files[index])
    #expect(source.present == [.xz])
    let other = try TestSuite()
    let unlisted = try other.selection(other.publish([index + ".xz": bytes]))
    #expect(try #require(unlisted.sources.first).plain == nil)
  }

  @Test("are not those that Release does not list")
  func unlisted() throws {
    try suite.scratch.write("x", to: "dists/tester/main/binary-amd64/Packages.gz")
    let selection = try select(present: ["main/binary-amd64/Packages.xz"])
    #expect(selection.sources.map(\.present) == [[.xz]])
  }

  @Test("are absent on a partial mirror")
  func partial() throws {
    let selection = try select(
      present: ["main/binary-amd64/Packages.xz"],
      absent: ["main/binary-arm64/Packages.xz", "main/binary-arm64/Packages.gz"])
    #expect(paths(selection.sources.map(\.location)) == ["main/binary-amd64/Packages"])
    #expect(paths(selection.absent) == ["main/binary-arm64/Packages"])
  }

  private static let some = [
    "contrib/binary-amd64/Packages", "main/binary-amd64/Packages", "main/binary-arm64/Packages",
    "main/source/Sources",
  ]

  @Test("are those that the configuration expects")
  func expected() throws {
    let selection = try select(present: Self.some) {
      $0.components = ["main"]
      $0.architectures = ["amd64", "source"]
    }
    #expect(
      paths(selection.sources.map(\.location)) == [
        "main/binary-amd64/Packages", "main/source/Sources",
      ])
    #expect(
      paths(selection.unexpected) == [
        "contrib/binary-amd64/Packages", "main/binary-arm64/Packages",
      ])
    #expect(selection.filtered == [])
  }

  @Test("are those that the command line asks for, among the expected")
  func filtered() throws {
    let selection = try select(present: Self.some) {
      $0.components = ["main"]
      $0.architectureFilter = ["amd64"]
    }
    #expect(paths(selection.sources.map(\.location)) == ["main/binary-amd64/Packages"])
    #expect(paths(selection.unexpected) == ["contrib/binary-amd64/Packages"])
    #expect(paths(selection.filtered) == ["main/binary-arm64/Packages", "main/source/Sources"])
  }

  @Test("have in a security archive the last part of updates/main for a component")
  func updates() throws {
    let present = ["updates/main/binary-amd64/Packages", "updates/contrib/binary-amd64/Packages"]
    let byName = try select(present: present) { $0.componentFilter = ["main"] }
    #expect(paths(byName.sources.map(\.location)) == [present[0]])
    let whole = try select(present: present) { $0.components = ["updates/contrib"] }
    #expect(paths(whole.sources.map(\.location)) == [present[1]])
  }

  @Test("that vanish before they are read ask to run again")
  func vanished() throws {
    let selection = try select(present: ["main/binary-amd64/Packages"])
    let source = try #require(selection.sources.first)
    let path = suite.scratch.path("dists/tester/main/binary-amd64/Packages")
    try removeTree(path)
    let error = try failure(of: { _ = try source.open(in: suite.root) })
    #expect(error?.code == .temporary)
    #expect(error?.reason == "the index vanished")
  }
}
