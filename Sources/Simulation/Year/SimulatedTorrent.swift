// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import Publisher

/// A numbered torrent over many runs: contents come and go, and are numbered as a run of `hash` does.
///
/// `Numbering` is the ledger's own; what `NumberPlan` decides of a complete run over verified files is
/// repeated here for an archive of which only the changes are known, in time by those alone.
struct SimulatedTorrent {
  /// A file that the archive has.
  struct Slot {
    let path: ArchivePath
    let size: ByteCount
    var sha256: SHA256Digest
    /// Nil until the next run.
    var numbers: PieceNumberRange?
    /// Where in `given` these numbers are.
    var position = 0
    /// The run that numbered it.
    var born = 0
    /// Its stanza in the piece index, in bytes.
    var stanza: UInt64 = 0
  }

  /// What one run did.
  struct Changes {
    /// Slots that got numbers, in number order.
    var numbered: [Int] = []
    /// Numbers that the generation retired.
    var retired: [PieceNumberRange] = []
    /// What a piece index that holds living contents alone loses: the run that numbered each, and its
    /// stanza's bytes.
    var removed: [(born: Int, stanza: UInt64)] = []
    /// The share that lived of the generation that ended with this run, in percent.
    var ended: Double?
  }

  private(set) var slots: [Slot] = []
  private(set) var numbering = Numbering()
  private(set) var generation = 1
  private(set) var bytes: UInt64 = 0
  private let base: PieceSize
  private let liveShare: Double

  /// Every range given in this generation, in number order, and whether it lives.
  private var given: [(range: PieceNumberRange, isLive: Bool)] = []
  /// Before this position nothing lives.
  private var oldest = 0

  init(base: PieceSize, liveShare: Double) {
    self.base = base
    self.liveShare = liveShare
  }

  /// Adds a file, for the next run to number.
  mutating func add(_ file: SimulatedFile, sha256: SHA256Digest) {
    slots.append(Slot(path: file.path, size: file.size, sha256: sha256))
    bytes += file.size.rawValue
  }

  /// Notes how large the stanza of a slot is.
  mutating func set(stanza: UInt64, of slot: Int) { slots[slot].stanza = stanza }

  /// Numbers what was added, and new versions of `replaced`.
  ///
  /// - Parameters:
  ///   - run: its number.
  ///   - replaced: slots that hold another content now, and that content's digest.
  /// - Throws: `ArchiveError` (EX_USAGE) when there are no numbers left.
  /// - Returns: what changed.
  mutating func run(
    _ run: Int, replaced: [(slot: Int, sha256: SHA256Digest)]
  ) throws(ArchiveError) -> Changes {
    var changes = Changes()
    for (slot, sha256) in replaced {
      if let range = slots[slot].numbers {
        numbering.retire(range)
        given[slots[slot].position].isLive = false
        changes.retired.append(range)
        changes.removed.append((slots[slot].born, slots[slot].stanza))
      }
      slots[slot].numbers = nil
      slots[slot].sha256 = sha256
    }
    changes.numbered = try number(slots.indices.filter { slots[$0].numbers == nil }, run)
    raiseFloor()
    if numbering.livePercent < liveShare { try beginGeneration(run, &changes) }
    return changes
  }

  /// Numbers everything anew. Numbers that were given in this very run were never published.
  private mutating func beginGeneration(_ run: Int, _ changes: inout Changes) throws(ArchiveError) {
    changes.ended = numbering.livePercent
    changes.removed += slots.filter { $0.born < run }.map { ($0.born, $0.stanza) }
    changes.retired = []
    numbering = Numbering()
    generation += 1
    given = []
    oldest = 0
    changes.numbered = try number(Array(slots.indices), run)
    raiseFloor()
  }

  /// Gives numbers to `fresh`, in bytewise order of (path, SHA-256), and returns them in that order.
  private mutating func number(_ fresh: [Int], _ run: Int) throws(ArchiveError) -> [Int] {
    let sorted = fresh.sorted { a, b in
      slots[a].path != slots[b].path
        ? slots[a].path < slots[b].path : slots[a].sha256 < slots[b].sha256
    }
    for slot in sorted {
      let size = slots[slot].size
      let count = PieceSize.forFile(of: size, base: base).pieceCount(of: size)
      guard let range = numbering.allocate(count) else {
        throw ArchiveError(
          .usage, "more pieces than one generation has numbers for",
          advice: "choose a larger piece size, or fewer files or days")
      }
      slots[slot].numbers = range
      slots[slot].position = given.count
      slots[slot].born = run
      given.append((range, true))
    }
    return sorted
  }

  private mutating func raiseFloor() {
    while oldest < given.count, !given[oldest].isLive { oldest += 1 }
    numbering.raiseFloor(toLowestLive: oldest < given.count ? given[oldest].range.first : nil)
  }

  /// The numbers that live, as ranges that rise and do not touch.
  var live: [PieceRange] { Self.joined(given[oldest...].lazy.filter(\.isLive).map(\.range)) }

  /// The numbers of some slots, as ranges that rise and do not touch.
  func numbers(of slots: [Int]) -> [PieceRange] {
    let ranges = slots.compactMap { self.slots[$0].numbers }
    return Self.joined(ranges.sorted { $0.first < $1.first })
  }

  private static func joined(_ sorted: some Sequence<PieceNumberRange>) -> [PieceRange] {
    var ranges: [PieceRange] = []
    for range in sorted {
      if let last = ranges.last, last.last &+ 1 == range.first.rawValue {
        ranges[ranges.count - 1] = PieceRange(last.first, range.last.rawValue)
      } else {
        ranges.append(PieceRange(range.first.rawValue, range.last.rawValue))
      }
    }
    return ranges
  }
}
