// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PeerWire
import Testing

@testable import Ledger
@testable import Publisher
@testable import Simulation

@Suite("A simulated torrent")
struct SimulatedTorrentTests {
  private func torrent(_ pieces: [UInt64], liveShare: Double = 25) throws -> SimulatedTorrent {
    var torrent = SimulatedTorrent(base: .leaf, liveShare: liveShare)
    for (index, count) in pieces.enumerated() {
      let file = SimulatedFile(
        path: try ArchivePath("pool/\(index)"), size: ByteCount(count * PieceSize.leaf.rawValue))
      torrent.add(file, sha256: try .hashing([UInt8(index)]))
    }
    return torrent
  }

  private func digest(_ byte: UInt8) throws -> SHA256Digest {
    try #require(SHA256Digest([UInt8](repeating: byte, count: 32)))
  }

  @Test("numbers files by path, and a new version after all others")
  func numbers() throws {
    var torrent = try torrent([1, 3, 2])
    _ = try torrent.run(0, replaced: [])
    #expect(torrent.slots.map { $0.numbers?.description } == ["0", "1-3", "4-5"])
    let changes = try torrent.run(1, replaced: [(1, digest(7))])
    #expect(torrent.slots.map { $0.numbers?.description } == ["0", "6-8", "4-5"])
    #expect(changes.retired.map(\.description) == ["1-3"])
    #expect(torrent.live == [PieceRange(0, 0), PieceRange(4, 8)])
    #expect(torrent.numbers(of: [2, 1]) == [PieceRange(4, 8)])
  }

  @Test("raises the floor to the lowest living number")
  func floor() throws {
    var torrent = try torrent([2, 1])
    _ = try torrent.run(0, replaced: [])
    _ = try torrent.run(1, replaced: [(0, digest(7))])
    #expect(torrent.numbering.floor == PieceNumber(2))
  }

  @Test("begins anew when less lives than is asked for")
  func generation() throws {
    var torrent = try torrent([1, 1], liveShare: 60)
    _ = try torrent.run(0, replaced: [])
    // 0 lives, 1 is dead, 2 lives: two of three.
    #expect(try torrent.run(1, replaced: [(1, digest(1))]).ended == nil)
    // Two of four.
    let changes = try torrent.run(2, replaced: [(1, digest(2))])
    #expect(changes.ended == 50)
    #expect(torrent.generation == 2)
    #expect(torrent.numbering.next == PieceNumber(2))
    #expect(changes.numbered == [0, 1])
    #expect(changes.retired.isEmpty)
    // The first file's stanza of run 0, and the second's of run 1: that of run 2 was never there.
    #expect(changes.removed.map(\.born).sorted() == [0, 1])
  }

  /// The same archive through the code that numbers for `hash`, run by run.
  @Test("gives the numbers that a run of hash gives", arguments: [1, 2, 3, 4, 5] as [UInt64])
  func plan(seed: UInt64) throws {
    var random = SimulationRandom(seed: seed)
    var torrent = try torrent((0..<40).map { _ in UInt64(1 + random.below(5)) }, liveShare: 40)
    var reference = PlannedTorrent(liveShare: 40)
    for run in 0..<40 {
      var replaced: [(slot: Int, sha256: SHA256Digest)] = []
      if run > 0 {
        for slot in torrent.slots.indices where random.below(12) == 0 {
          replaced.append((slot, .random(using: &random)))
        }
        let file = SimulatedFile(
          path: try ArchivePath("pool/\(random.below(1000))-\(run)"), size: ByteCount(40_000))
        torrent.add(file, sha256: .random(using: &random))
      }
      _ = try torrent.run(run, replaced: replaced)
      try reference.run(torrent.slots)
      #expect(reference.numbering == torrent.numbering, "run \(run)")
      #expect(reference.generation == torrent.generation)
      for slot in torrent.slots {
        let id = ContentID(sha256: slot.sha256, size: slot.size)
        #expect(reference.numbers[id] == slot.numbers, "run \(run): \(slot.path)")
      }
      let living = NumberSet(torrent.live)
      #expect(living.count == Int(torrent.numbering.live))
      #expect(living.ranges == torrent.live)
      #expect(living.contains(torrent.numbering.floor.rawValue))
    }
    #expect(torrent.generation > 1)
  }
}

/// A torrent that `NumberPlan` numbers: what `HashRun` does with it, without ledger and files.
private struct PlannedTorrent {
  var numbering = Numbering()
  var generation = 1
  /// Of contents that live.
  var numbers: [ContentID: PieceNumberRange] = [:]
  private var known: [NumberedContent] = []
  private var settings = SuiteSettings()

  init(liveShare: Double) {
    settings.generationLiveShare = liveShare
    settings.allowMassRetire = true
  }

  mutating func run(_ slots: [SimulatedTorrent.Slot]) throws {
    var (contents, plan) = try plan(slots, known, numbering, isNew: known.isEmpty)
    if !plan.exhausted.isEmpty {
      generation += 1
      (contents, plan) = try self.plan(slots, [], Numbering(), isNew: true)
    }
    let given = Dictionary(uniqueKeysWithValues: plan.given.map { ($0.content, $0.numbers) })
    let retired = Set(plan.retired)
    numbering = plan.numberings[0]
    numbers = [:]
    known = []
    for (position, content) in contents.all.enumerated() {
      guard let range = given[Int32(position)] ?? content.numbers else { continue }
      let isRetired = content.isRetired || retired.contains(Int32(position))
      if !isRetired { numbers[content.id] = range }
      known.append(
        NumberedContent(
          row: RowID(range.first.rawValue), content: content.id, root: .zero, numbers: range,
          isRetired: isRetired))
    }
    known.sort { $0.numbers.first < $1.numbers.first }
  }

  private func plan(
    _ slots: [SimulatedTorrent.Slot], _ known: [NumberedContent], _ numbering: Numbering,
    isNew: Bool
  ) throws -> (Contents, NumberPlan) {
    var contents = Contents()
    var names: [Int32: [ArchivePath]] = [:]
    var torrent = RunTorrent(architecture: "amd64", base: .leaf)
    torrent.numbering = numbering
    if !isNew {
      torrent.record = TorrentRecord(
        row: 1, id: TorrentID(headerDigest: .zero), architecture: "amd64", generation: 1,
        header: [], base: .leaf, created: ArchiveDate(seconds: 0), numbering: numbering)
    }
    contents.add(torrent)
    for row in known { contents.add(row, torrent: 0) }
    for slot in slots {
      let id = ContentID(sha256: slot.sha256, size: slot.size)
      let position = contents.position(of: id, torrent: 0)
      contents.all[Int(position)].isSeen = true
      let path = Array(slot.path.string.utf8)
      path.withUnsafeBytes { contents.set(.verified, $0, position) }
      names[position, default: []].append(slot.path)
    }
    return (contents, try NumberPlan(contents: contents, names: names, settings: settings))
  }
}
