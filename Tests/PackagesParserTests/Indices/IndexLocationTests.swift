// SPDX-License-Identifier: Apache-2.0

import PackagesParser
import Testing

@Suite("An index's location")
struct IndexLocationTests {
  private static let table: [(path: String, component: String, kind: IndexLocation.Kind)] = [
    ("main/binary-amd64/Packages", "main", .packages(architecture: "amd64")),
    ("main/binary-all/Packages", "main", .packages(architecture: "all")),
    ("main/binary-kfreebsd-amd64/Packages", "main", .packages(architecture: "kfreebsd-amd64")),
    ("non-free-firmware/source/Sources", "non-free-firmware", .sources),
    ("main/debian-installer/binary-arm64/Packages", "main", .installer(architecture: "arm64")),
    ("updates/main/binary-amd64/Packages", "updates/main", .packages(architecture: "amd64")),
    ("updates/main/source/Sources", "updates/main", .sources),
    (
      "updates/main/debian-installer/binary-i386/Packages", "updates/main",
      .installer(architecture: "i386")
    ),
  ]

  @Test("is told by its path, and makes the same path", arguments: table)
  func paths(path: String, component: String, kind: IndexLocation.Kind) {
    let location = IndexLocation(path: path[...])
    #expect(location == IndexLocation(component: component, kind: kind))
    #expect(location?.path == path)
    #expect(location?.directory == String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
  }

  @Test(
    "is none for other files",
    arguments: [
      "", "Packages", "/Packages", "binary-amd64/Packages", "source/Sources", "main/Packages",
      "main/binary-amd64/Release", "main/binary-amd64/Packages.xz", "main/binary-/Packages",
      "main/binary/Packages", "main/source/Packages", "main/binary-amd64/Sources",
      "debian-installer/binary-amd64/Packages", "main/debian-installer/source/Sources",
      "main/binary-amd64/Packages/", "main/i18n/Translation-en", "main/Contents-amd64",
      "/binary-amd64/Packages", "main//binary-amd64/Packages", "/main/binary-amd64/Packages",
      "main/binary-amd64//Packages", "main/dep11/Components-amd64.yml",
      "main/Packages.diff/Index", "main/binary-amd64/Packages.diff/Index",
    ])
  func otherFiles(path: String) {
    #expect(IndexLocation(path: path[...]) == nil)
  }

  @Test(
    "is none for paths that lead out of the suite, or that no file system has",
    arguments: [
      "../binary-amd64/Packages", "./binary-amd64/Packages", "main/../../source/Sources",
      "main/./binary-amd64/Packages", "ma\nin/binary-amd64/Packages", "ma\0in/source/Sources",
    ])
  func unsafePaths(path: String) {
    #expect(IndexLocation(path: path[...]) == nil)
  }

  @Test("knows its architecture")
  func architecture() {
    #expect(IndexLocation(path: "main/binary-amd64/Packages")?.architecture == "amd64")
    #expect(
      IndexLocation(path: "main/debian-installer/binary-i386/Packages")?.architecture == "i386")
    #expect(IndexLocation(path: "main/source/Sources")?.architecture == "source")
  }

  @Test("knows the piece index beside it, that of architecture all apart")
  func pieceIndex() {
    let packages = IndexLocation(path: "main/binary-amd64/Packages")
    #expect(packages?.pieceIndexPath(for: "amd64") == "main/binary-amd64/Packages-pieces")
    #expect(packages?.pieceIndexPath(for: "all") == "main/binary-all/Packages-pieces")
    let installer = IndexLocation(path: "main/debian-installer/binary-amd64/Packages")
    #expect(
      installer?.pieceIndexPath(for: "all")
        == "main/debian-installer/binary-all/Packages-pieces")
    let sources = IndexLocation(path: "updates/main/source/Sources")
    #expect(sources?.pieceIndexPath(for: "source") == "updates/main/source/Sources-pieces")
  }
}
