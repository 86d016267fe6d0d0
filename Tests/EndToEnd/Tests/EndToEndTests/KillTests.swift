// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Killed at any step, the next run ends where an undisturbed one does.
@Suite struct KillTests {
  enum Way: String, CaseIterable, Sendable {
    case firstBeside, updateBeside, firstInPlace, updateInPlace
    /// Every torrent begins a new generation.
    case restartBeside

    var isUpdate: Bool { self != .firstBeside && self != .firstInPlace }
    var isInPlace: Bool { self == .firstInPlace || self == .updateInPlace }
  }

  /// What an undisturbed run leaves: equal for equal publishers, wherever the archive lies.
  struct Result: Sendable {
    let numbers: [String]
    let before: String?
    let after: String
    let published: [String: String]
  }

  @Test(arguments: Way.allCases, Step.allCases)
  func endsWhereAnUndisturbedRunDoes(way: Way, step: Step) throws {
    let expected = try Self.undisturbed(way)
    let archive = try Self.prepared(way)
    let visible = way.isInPlace ? archive.dists : archive.published
    let killed = try archive.hash(dyingAt: step)
    let beginsNone = [.updateBeside, .updateInPlace].contains(way) && step == .generationBegun
    if beginsNone {
      // No generation begins in an update like this one.
      #expect(killed.status == 0, "\(killed)")
    } else {
      #expect(killed.status == 128 + 9, "\(killed)")
    }
    try Self.expectOldOrNew(
      visible, way, isNew: Self.visible.contains(step) || beginsNone, expected, archive)

    let next = try archive.hash()
    #expect(next.status == 0 && next.output == "" && next.errors == "", "\(next)")
    #expect(try archive.numbers() == expected.numbers)
    let published = try Self.contents(visible)
    let differing = Set(published.keys).union(expected.published.keys).filter {
      published[$0] != expected.published[$0]
    }
    #expect(differing == [])
    try archive.expectSound(
      visible, signedBy: way.isInPlace ? archive.keys.archive : archive.keys.operator_)

    // And there it stays.
    let status = try TreeState.status(of: visible)
    try archive.hashInSilence()
    try expectUnchanged(visible, since: status)
  }

  /// What readers see after the kill is whole: all of it from before, or all of it new.
  private static func expectOldOrNew(
    _ visible: String, _ way: Way, isNew: Bool, _ expected: Result, _ archive: ArchiveFixture
  ) throws {
    guard Files.exists("\(visible)/Release") else {
      #expect(!way.isUpdate && !way.isInPlace, "the set of before is gone")
      return
    }
    let set = try PublishedSet(visible)
    #expect(set.release == (isNew ? expected.after : expected.before))
    let key =
      way.isInPlace ? archive.keys.archive : archive.keys.operator_
    #expect(try set.defects(signedBy: key) == [])
  }

  /// An archive that is ready for the run that will be killed, by the one publisher of these tests.
  private static func prepared(_ way: Way) throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    if way.isInPlace {
      try archive.configureInPlace(objects)
    } else {
      try archive.configure(objects)
    }
    try Files.copyTree(try publisher.get(), to: archive.state)
    if way.isUpdate {
      let first = try archive.hash()
      #expect(first.status == 0, "\(first)")
      if way == .restartBeside {
        try archive.configure("Piece-Size: 64K\n\(objects)")
      } else {
        try archive.update()
      }
    }
    return archive
  }

  /// Torrents and metalinks are part of what is published.
  private static let objects = "Torrent-If: any\nTorrent-Web-Seeds: http://mirror.example/debian"

  private static func contents(_ visible: String) throws -> [String: String] {
    try TreeState.contents(of: visible, without: ["InRelease", "Release.gpg"])
  }

  private static func undisturbed(_ way: Way) throws -> Result {
    switch way {
    case .firstBeside: try firstBeside.get()
    case .updateBeside: try updateBeside.get()
    case .firstInPlace: try firstInPlace.get()
    case .updateInPlace: try updateInPlace.get()
    case .restartBeside: try restartBeside.get()
    }
  }

  private static func run(_ way: Way) throws -> Result {
    let archive = try prepared(way)
    let visible = way.isInPlace ? archive.dists : archive.published
    let before = try? PublishedSet(visible).release
    let outcome = try archive.hash()
    #expect(outcome.status == 0, "\(outcome)")
    return Result(
      numbers: try archive.numbers(), before: before, after: try PublishedSet(visible).release,
      published: try contents(visible))
  }

  private typealias Once<T> = Swift.Result<T, any Error>
  private static let firstBeside = Once { try run(.firstBeside) }
  private static let updateBeside = Once { try run(.updateBeside) }
  private static let firstInPlace = Once { try run(.firstInPlace) }
  private static let updateInPlace = Once { try run(.updateInPlace) }
  private static let restartBeside = Once { try run(.restartBeside) }

  /// From here on readers see the new set.
  private static let visible: Set<Step> = [.swapped, .recorded, .pruned]

  /// A state directory in which nothing is but who publishes: the id is random, and part of every
  /// torrent's.
  private static let publisher = Once {
    let archive = try ArchiveFixture()
    let outcome = try archive.hash("--suite", "nothing")
    #expect(outcome.status == 66, "\(outcome)")
    let kept = try Scratch.directory("publisher")
    try Files.copyTree(archive.state, to: "\(kept)/state")
    return "\(kept)/state"
  }
}
