// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

@Suite struct FirstRunTests {
  @Test func publishesInSilenceAndLeavesTheArchiveAlone() throws {
    let archive = try ArchiveFixture()
    let before = try TreeState.status(of: archive.archive)
    try archive.hashInSilence()
    try archive.expectSound()
    try expectUnchanged(archive.archive, since: before)
  }

  @Test func keepsEveryByteOfAStanzaAndAppendsFields() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let published = try PublishedSet(archive.published)
    for (path, bytes) in archive.indices {
      let before = String(decoding: bytes, as: UTF8.self).stanzas
      let after = try published.index(path).stanzas
      #expect(before.count == after.count)
      for (old, new) in zip(before, after) {
        #expect(new.hasPrefix(old + "\n"))
        #expect(new.value(of: "Piece-Numbers") != nil)
      }
    }
  }

  @Test func numbersContentsInOrderOfTheirNames() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let published = try PublishedSet(archive.published)
    var next = 0
    // contrib sorts before main, and the large one takes several numbers.
    let names = [
      "impromptu", "adagio", "ballad", "canon", "duet", "etude", "fugue", "gavotte", "hornpipe",
      "jig",
    ]
    for name in names {
      let index = name == "impromptu" ? "contrib/binary-amd64/Packages" : ArchiveFixture.amd64
      let stanza = try published.stanza(name, in: index)
      let numbers = pieceNumbers(stanza.value(of: "Piece-Numbers"))
      let count = name == "fugue" ? 3 : 1
      #expect(numbers == next...next + count - 1, "\(name)")
      #expect((stanza.value(of: "Piece-Size") == "524288") == (count > 1), "\(name)")
      next += count
    }
    let torrent = try #require(published.torrents("amd64").first)
    #expect(torrent.floor == 0 && torrent.next == next && torrent.live == next)
    #expect(torrent.generation == 1 && torrent.created == "2025-11-01T12:00:00Z")
    #expect(published.torrents("arm64").first?.next == 1)
    #expect(published.torrents("all").first?.next == 4)
    #expect(published.torrents("source").first?.next == 3)
  }

  @Test func sourcesNameEachFileLast() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let stanza = try PublishedSet(archive.published).stanza("opera", in: ArchiveFixture.sources)
    let numbers = try #require(stanza.value(of: "Piece-Numbers")).split(separator: "\n")
    #expect(numbers == [" 0 opera_1.0.dsc", " 1-2 opera_1.0.tar.xz"])
    #expect(stanza.value(of: "Piece-Size") == "\n 524288 opera_1.0.tar.xz")
    let pieces = try #require(stanza.value(of: "SHA256-Pieces")).split(separator: "\n")
    #expect(pieces.count == 2 && pieces.allSatisfy { $0.hasSuffix(" opera_1.0.tar.xz") })
  }

  @Test func releaseOfTheOverlayIsUpstreamsOtherwise() throws {
    let archive = try ArchiveFixture()
    archive.release.fields = "Valid-Until: Sat, 01 Nov 2064 12:00:00 UTC\n"
    try archive.publish()
    try archive.hashInSilence()
    let upstream = try Files.text("\(archive.dists)/Release")
    let release = try PublishedSet(archive.published).release
    for field in ["Origin", "Label", "Suite", "Codename", "Date", "Valid-Until", "Version"] {
      #expect(release.value(of: field) == upstream.value(of: field), "\(field)")
    }
    #expect(release.value(of: "Acquire-By-Hash") == "yes")
    #expect(release.value(of: "Architectures") == "all amd64 arm64")
  }

  @Test func anIndexWithoutAFinalNewlineIsAccepted() throws {
    let archive = try ArchiveFixture()
    try archive.edit { text in while text.hasSuffix("\n") { text.removeLast() } }
    try archive.publish()
    try archive.hashInSilence()
    try archive.expectSound()
    let index = try PublishedSet(archive.published).index(ArchiveFixture.amd64)
    #expect(index.stanzas.count == 12)
  }

  @Test func legacyFieldsAndOtherFieldSetsOnRequest() throws {
    let archive = try ArchiveFixture()
    try archive.configure("Legacy-SHA1: yes\nFields: numbers\nCompress: zst bz2")
    try archive.hashInSilence()
    try archive.expectSound()
    let stanza = try PublishedSet(archive.published).stanza("fugue")
    #expect(stanza.value(of: "SHA1-pieces")?.split(separator: "\n").count == 3)
    #expect(stanza.value(of: "Pieces-Root") == nil && stanza.value(of: "SHA256-Pieces") == nil)
    let pieces = try PublishedSet(archive.published).index("main/binary-amd64/Packages-pieces")
    #expect(pieces.contains("SHA256-Pieces:"), "the piece index has them all whatever Fields says")
  }
}
