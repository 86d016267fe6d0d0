// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

@Suite struct AptTests {
  private let tail = "bookworm main contrib"

  private func published() throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    let outcome = try archive.hash()
    #expect(outcome.status == 0, "\(outcome)")
    return archive
  }

  private func inPlace() throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    try archive.configureInPlace()
    let outcome = try archive.hash()
    #expect(outcome.status == 0, "\(outcome)")
    return archive
  }

  /// HTTP's dates have whole seconds: within one, apt takes a new Release for the old.
  private func nextSecond() { sleep(1) }

  /// The archive's own tools bring an update, and a run follows.
  private func update(_ archive: ArchiveFixture) throws {
    nextSecond()
    try archive.update()
    let outcome = try archive.hash()
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test func readsTheOverlayOverHTTP() throws {
    let archive = try published()
    let seeder = try Seeder(archive)
    let keyring = archive.keys.operator_.keyring
    let client = try AptClient("deb [signed-by=\(keyring)] \(seeder.url)/overlay \(tail)")
    try client.fetch(DebianPackage.wanted, of: archive)
    let show = try client.run(["apt-cache", "show", "fugue"])
    #expect(show.output.value(of: "Piece-Numbers") == "6-8", "\(show)")
    #expect(show.output.value(of: "SHA256-Pieces")?.split(separator: "\n").count == 3)
    // An update later: the same client, the same server.
    try update(archive)
    try client.fetch([DebianPackage("polka")], of: archive)
    let stopped = try seeder.stop()
    #expect(stopped.status == 0, "\(stopped)")
  }

  @Test func readsTheOverlayFromFiles() throws {
    let archive = try published()
    let keyring = archive.keys.operator_.keyring
    // `copy:` where the packages are to lie in the client's own cache.
    for scheme in ["copy", "file"] {
      let client = try AptClient("deb [signed-by=\(keyring)] \(scheme):\(archive.overlay) \(tail)")
      if scheme == "copy" {
        try client.fetch(DebianPackage.wanted, of: archive)
      } else {
        try client.get("update")
        try client.get("--download-only", "install", "fugue", "impromptu", "largo-doc")
      }
    }
  }

  @Test func readsSourcesOfTheOverlay() throws {
    let archive = try published()
    let seeder = try Seeder(archive)
    let keyring = archive.keys.operator_.keyring
    let client = try AptClient("deb-src [signed-by=\(keyring)] \(seeder.url)/overlay bookworm main")
    try client.get("update")
    try client.get("--download-only", "source", "opera")
    for name in ["opera_1.0.dsc", "opera_1.0.tar.xz"] {
      #expect(
        try Files.read("\(client.directory)/\(name)")
          == Files.read("\(archive.archive)/pool/main/o/opera/\(name)"))
    }
  }

  @Test func readsAnArchiveExtendedInPlace() throws {
    let archive = try inPlace()
    let seeder = try Seeder(archive)
    let keyring = archive.keys.archive.keyring
    let overHTTP = try AptClient("deb [signed-by=\(keyring)] \(seeder.url) \(tail)")
    try overHTTP.fetch(DebianPackage.wanted, of: archive)
    let copied = try AptClient(
      "deb [signed-by=\(keyring)] copy:\(archive.archive) stable main contrib")
    try copied.fetch(DebianPackage.wanted, of: archive)
    // Its own tools bring an update, which is extended in its turn.
    nextSecond()
    try archive.update()
    try overHTTP.fetch([DebianPackage("polka")], of: archive)
    nextSecond()
    let outcome = try archive.hash()
    #expect(outcome.status == 0, "\(outcome)")
    try overHTTP.fetch([DebianPackage("quartet-doc", architecture: "all")], of: archive)
    let show = try overHTTP.run(["apt-cache", "show", "polka"])
    #expect(show.output.value(of: "Piece-Numbers") == "13", "\(show)")
  }

  /// An archive of which an overlay was made is to a client as it was before.
  @Test func readsTheUntouchedArchive() throws {
    let archive = try published()
    let seeder = try Seeder(archive)
    let keyring = archive.keys.archive.keyring
    let client = try AptClient("deb [signed-by=\(keyring)] \(seeder.url) \(tail)")
    try client.fetch(DebianPackage.wanted, of: archive)
    #expect(try Files.text("\(archive.dists)/Release").contains("Torrents") == false)
  }

  /// As a line of sources.list, and as the example for sources.list.d has it.
  @Test(arguments: [false, true]) func fetchesAndVerifiesThePieceIndex(byExample: Bool) throws {
    let archive = try published()
    let seeder = try Seeder(archive)
    let (theirs, ours) = (archive.keys.archive.keyring, archive.keys.operator_.keyring)
    let client = try AptClient(
      "deb [signed-by=\(theirs)] \(seeder.url) \(tail)",
      byExample
        ? "# and sources.list.d"
        : "deb [target=Pieces signed-by=\(ours)] \(seeder.url)/overlay \(tail)", pieces: true)
    if byExample {
      let example = try Files.text("\(AptClient.repository)/examples/apt/archive-tool.sources")
      try Files.write(
        example.replacing("http://mirror.example.org", seeder.url)
          .replacing("/etc/apt/keyrings/operator.gpg", ours)
          .replacing("Components: main", "Components: main contrib"),
        to: "\(client.directory)/sources.list.d/archive-tool.sources")
    }
    try client.fetch(DebianPackage.wanted, of: archive)
    try expectPieces(client, archive)
    try update(archive)
    try client.get("update")
    try expectPieces(client, archive)
  }

  @Test func fetchesNoPieceIndexUnasked() throws {
    let archive = try published()
    let keyring = archive.keys.operator_.keyring
    let client = try AptClient(
      "deb [signed-by=\(keyring)] copy:\(archive.overlay) \(tail)", pieces: true)
    try client.get("update")
    #expect(!client.lists().contains { $0.contains("pieces") })
  }

  /// What apt holds is what the overlay's Release lists, and the packages come from the archive.
  private func expectPieces(_ client: AptClient, _ archive: ArchiveFixture) throws {
    let published = try PublishedSet(archive.published)
    for (component, name) in [
      ("main", "binary-amd64"), ("main", "binary-all"), ("contrib", "binary-amd64"),
    ] {
      let suffix = "_overlay_dists_bookworm_\(component)_\(name)_Packages-pieces"
      let file = try #require(client.lists().first { $0.contains(suffix) }, "\(suffix)")
      let path = "\(client.directory)/state/lists/\(file)"
      let bytes = try Command("/usr/lib/apt/apt-helper", "cat-file", path).check()
      try Files.write(bytes, to: "\(client.directory)/plain")
      let hash = try Files.hashes(["plain"], in: client.directory)["plain"]
      #expect(hash == published.files["\(component)/\(name)/Packages-pieces"]?.hash)
      let index = try published.index("\(component)/\(name)/Packages-pieces")
      #expect(index == String(decoding: bytes, as: UTF8.self))
    }
    let policy = try client.run(["apt-cache", "policy", "fugue"])
    #expect(!policy.output.contains("overlay"), "no candidate comes from there: \(policy)")
    #expect(!client.lists().contains { $0.contains("_overlay_") && $0.hasSuffix("_Packages") })
  }

  @Test func refusesAPieceIndexThatSomeoneChanged() throws {
    let archive = try published()
    let name = "main/binary-amd64/Packages-pieces.gz"
    for path in try Files.all(below: archive.published) where path.hasPrefix("main/binary-amd64/") {
      let path = "\(archive.published)/\(path)"
      if try Files.read(path) == Files.read("\(archive.published)/\(name)"), !path.hasSuffix(name) {
        try Files.overwrite(path, at: try Files.size(path) / 2, with: [0x55, 0xAA])
        break
      }
    }
    let seeder = try Seeder(archive)
    let client = try AptClient(
      "deb [target=Pieces signed-by=\(archive.keys.operator_.keyring)] \(seeder.url)/overlay "
        + "bookworm main", pieces: true)
    let update = try client.run(["apt-get", "--quiet", "update"])
    let output = update.output + update.errors
    #expect(output.contains("Hash Sum mismatch"), "\(update)")
    #expect(!client.lists().contains { $0.contains("amd64_Packages-pieces") })
  }

  @Test func aClientThatHasTheOldPieceIndexFetchesOnlyItsGrowth() throws {
    let archive = try published()
    let seeder = try Seeder(archive)
    let url = "\(seeder.url)/overlay/dists/bookworm/main/binary-amd64/Packages-pieces.gz"
    let old = try Command("curl", "-sSf", url).check()
    try update(archive)
    let grown = try Command("curl", "-sSf", "-r", "\(old.count)-", url).check()
    let whole = try Command(["gzip", "-dc"], input: old + grown).check()
    let published = try PublishedSet(archive.published)
    #expect(
      try String(decoding: whole, as: UTF8.self)
        == published.index("main/binary-amd64/Packages-pieces"))
    #expect(grown.count < old.count)
  }
}
