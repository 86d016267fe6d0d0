// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Foundation
import Testing

@testable import Publisher

@Suite("The directory of a suite")
struct SuiteDirectoryTests {
  private let archive: ScratchDirectory
  private var dists: String { archive.path("dists") }

  init() throws {
    archive = try ScratchDirectory()
    try archive.write(
      "Origin: Test\nSuite: stable\nCodename: bookworm\nDate: x\n", to: "dists/bookworm/Release")
    try archive.write(
      "Origin: Test\nSuite: testing\nCodename:  trixie\n", to: "dists/testing/Release")
    try archive.link("dists/stable", to: "bookworm")
    try archive.link("dists/Debian12", to: "bookworm")
  }

  private func find(_ name: String) throws(ArchiveError) -> SuiteDirectory {
    try SuiteDirectory(named: name, archive: archive.path)
  }

  @Test("is found by its own name, and knows the links to it")
  func directory() throws {
    let found = try find("bookworm")
    #expect(found.name == "bookworm")
    #expect(found.aliases == ["Debian12", "stable"])
    #expect(try find("testing").aliases == [])
  }

  @Test("is found by a symbolic link")
  func link() throws {
    #expect(try find("stable") == find("bookworm"))
  }

  @Test("is found by a link to a link, and by one through the whole path")
  func linkToLink() throws {
    try archive.link("dists/old", to: "stable")
    try archive.link("dists/absolute", to: "\(dists)/bookworm")
    #expect(try find("old").name == "bookworm")
    #expect(try find("absolute").name == "bookworm")
    #expect(try find("bookworm").aliases == ["Debian12", "absolute", "old", "stable"])
  }

  @Test("is found by the Codename of its Release, blanks meaning nothing")
  func codename() throws {
    #expect(try find("trixie").name == "testing")
  }

  @Test("is found by the Suite of its Release")
  func suite() throws {
    try FileManager.default.removeItem(atPath: archive.path("dists/stable"))
    #expect(try find("stable").name == "bookworm")
  }

  @Test("is found by the Codename first, whatever another calls its Suite")
  func codenameFirst() throws {
    try archive.write("Suite: trixie\nCodename: forky\n", to: "dists/a/Release")
    #expect(try find("trixie").name == "testing")
  }

  @Test("is found by the names in its InRelease where it has no Release")
  func inRelease() throws {
    let message = """
      -----BEGIN PGP SIGNED MESSAGE-----
      Hash: SHA256

      Origin: Test
      Suite: unstable
      Codename: sid
      -----BEGIN PGP SIGNATURE-----
      -----END PGP SIGNATURE-----

      """
    try archive.write(message, to: "dists/unstable/InRelease")
    #expect(try find("sid").name == "unstable")
  }

  @Test("may lie deeper, as stable/updates did")
  func nested() throws {
    try archive.write("Codename: bookworm\n", to: "dists/bookworm/updates/Release")
    #expect(try find("stable/updates").name == "bookworm/updates")
    #expect(try find("bookworm/updates").aliases == [])
  }

  @Test("that does not exist is refused, with the names of those that do")
  func unknown() throws {
    let error = failure(of: { () throws(ArchiveError) in _ = try find("sid") })
    let place = try FileManager.default.destination(of: dists)
    #expect(
      error
        == ArchiveError(
          .noInput, "no suite called 'sid'", at: ArchiveError.Place(file: place),
          advice: "there are: Debian12, bookworm, stable, testing"))
  }

  @Test(
    "is not sought outside dists",
    arguments: ["../pool", "/etc", "", "bookworm/", "./bookworm", "a/../b", "a\nb"])
  func escape(name: String) {
    #expect(failure(of: { () throws(ArchiveError) in _ = try find(name) })?.code == .usage)
  }

  @Test(
    "is not taken from where a symbolic link leads out of dists", arguments: ["../pool", "/", "."])
  func linkOutside(target: String) throws {
    try archive.write("Codename: evil\n", to: "pool/Release")
    try archive.link("dists/evil", to: target)
    let error = failure(of: { () throws(ArchiveError) in _ = try find("evil") })
    #expect(error?.code == .data)
    #expect(error?.reason == "a symbolic link leads out of dists")
  }

  @Test("needs an archive with dists")
  func noDists() throws {
    let empty = try ScratchDirectory()
    let error = failure(of: { () throws(ArchiveError) in
      _ = try SuiteDirectory(named: "a", archive: empty.path)
    })
    #expect(error?.code == .noInput)
  }
}

private func failure(of body: () throws(ArchiveError) -> Void) -> ArchiveError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}

extension FileManager {
  /// `path` with all links resolved.
  fileprivate func destination(of path: String) throws -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }
}
