// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Whoever has a set fetches of the next one only what changed (BEP 38).
@Suite struct SetUpdateTests {
  private static let kept = [
    DebianPackage("adagio", payload: 23_000), DebianPackage("fugue", payload: 1_300_000),
    DebianPackage("nocturne-doc", architecture: "all", payload: 600_000),
  ]
  private static let before = [
    DebianPackage("ballad", payload: 700_000), DebianPackage("duet", payload: 17_000),
  ]
  private static let after = [
    DebianPackage("ballad", "1.1", payload: 900_000), DebianPackage("duet", "1.1", payload: 18_000),
  ]

  /// Into the directory where the older set is, and into another.
  @Test(arguments: [ObjectForm.v1Padded, .v2Set, .hybridSet], [true, false])
  func libtorrentFetchesOnlyWhatChanged(form: ObjectForm, inPlace: Bool) throws {
    let archive = try ArchiveFixture()
    try publish(archive, Self.kept + Self.before)
    let mirror = try Nginx(archive.archive)
    let old = try torrent(archive, form, mirror)
    let directory = try Scratch.directory("older")
    let first = try fetch(Libtorrent.Job(torrent: old, directory: directory, limit: 60))
    #expect(first.finishes, "\(first)")
    let before = try mirror.requests()
    #expect(before.reduce(0) { $0 + $1.bytes } >= (try sizes(Self.kept + Self.before, archive)))

    for package in Self.before { try archive.drop(package) }
    archive.release.advance()
    try publish(archive, Self.after)
    let new = try torrent(archive, form, mirror, previous: old)
    let saved = inPlace ? directory : try Scratch.directory("newer")
    let second = try fetch(
      Libtorrent.Job(
        torrent: new, directory: saved, limit: 60,
        older: [Libtorrent.Job(torrent: old, directory: directory)]))
    #expect(second.finishes, "\(second)")
    for package in Self.kept + Self.after {
      #expect(
        try Files.read("\(saved)/\(package.path)")
          == Files.read("\(archive.archive)/\(package.path)"), "\(package.path)")
    }
    // What a mirror sends, at most: the changed packages, and a piece for each.
    let requests = try mirror.requests().dropFirst(before.count)
    let changed = try sizes(Self.after, archive)
    let sent = requests.reduce(0) { $0 + $1.bytes }
    #expect(sent >= changed && sent <= changed + Self.after.count * ObjectArchive.pieceSize)
    #expect(Set(requests.map(\.path)) == Set(Self.after.map(\.path)), "\(requests)")
  }

  private func publish(_ archive: ArchiveFixture, _ packages: [DebianPackage]) throws {
    for package in packages { try archive.add(package) }
    try archive.scan()
    try archive.publish()
  }

  private func torrent(
    _ archive: ArchiveFixture, _ form: ObjectForm, _ mirror: Nginx, previous: String? = nil
  ) throws -> String {
    let outcome = try archive.hash()
    #expect(outcome.status == 0, "\(outcome)")
    let directory = try Scratch.directory("set")
    let options = previous.map { ["--previous", $0] } ?? []
    try Tool.command(
      ["torrent"] + (Self.kept + Self.before).map(\.name)
        + ["--config", archive.configuration, "--set", "music", "--web-seed", mirror.url]
        + form.options + options + ["-d", directory]
    ).check()
    return "\(directory)/music.torrent"
  }

  private func fetch(_ job: Libtorrent.Job) throws -> Libtorrent.Download {
    guard let download = try Libtorrent.download([job])().first else {
      throw FixtureError("libtorrent gave no answer")
    }
    return download
  }

  private func sizes(_ packages: [DebianPackage], _ archive: ArchiveFixture) throws -> Int {
    try packages.reduce(0) { try $0 + Files.size("\(archive.archive)/\($1.path)") }
  }
}
