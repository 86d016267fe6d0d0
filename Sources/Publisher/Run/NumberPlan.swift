// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger

/// The second step of a run: which contents get, keep, regain or lose numbers.
///
/// A pure function of what was surveyed and verified; nothing is durable until the ledger has it.
struct NumberPlan {
  /// Contents in the order in which they are numbered, and the numbers they get.
  private(set) var given: [(content: Int32, numbers: PieceNumberRange)] = []
  private(set) var revived: [Int32] = []
  private(set) var retired: [Int32] = []
  /// The numbering of each torrent after the run.
  private(set) var numberings: [Numbering]
  /// Torrents whose dead numbers outgrew the bound: a new generation has to begin.
  private(set) var exhausted: Set<Int> = []
  /// Torrents of which too much would have retired at once, and how much that was.
  private(set) var refusals: [Refusal] = []

  /// A retirement that looks like an accident.
  struct Refusal: Hashable, Sendable {
    let architecture: String
    let retiring: Int
    let living: Int
  }

  init(
    contents: Contents, names: [Int32: [ArchivePath]], settings: SuiteSettings
  ) throws(ArchiveError) {
    numberings = contents.torrents.map(\.numbering)
    var byTorrent = [[Int32]](repeating: [], count: contents.torrents.count)
    for position in contents.all.indices {
      byTorrent[Int(contents.all[position].torrent)].append(Int32(position))
    }
    for torrent in contents.torrents.indices {
      retire(byTorrent[torrent], torrent, contents, settings)
      revive(byTorrent[torrent], torrent, contents)
      try number(byTorrent[torrent], torrent, contents, names)
      raiseFloor(byTorrent[torrent], torrent, contents)
      let numbering = numberings[torrent]
      if contents.torrents[torrent].isComplete,
        contents.torrents[torrent].record != nil || numbering.next.rawValue == .max,
        numbering.livePercent < settings.generationLiveShare
      {
        exhausted.insert(torrent)
      }
    }
  }

  /// For numbers that somebody else gives: what the ledger has stays.
  init(keeping contents: Contents) { numberings = contents.torrents.map(\.numbering) }

  /// Retires what no index lists, unless an index was not read or it is suspiciously much.
  private mutating func retire(
    _ positions: [Int32], _ torrent: Int, _ contents: Contents, _ settings: SuiteSettings
  ) {
    guard contents.torrents[torrent].isComplete else { return }
    let living = positions.filter {
      contents.all[Int($0)].numbers != nil && !contents.all[Int($0)].isRetired
    }
    let gone = living.filter { !contents.all[Int($0)].isSeen }
    if Double(gone.count) * 100 > settings.retireLimit * Double(living.count),
      !settings.allowMassRetire
    {
      refusals.append(
        Refusal(
          architecture: contents.torrents[torrent].architecture, retiring: gone.count,
          living: living.count))
      return
    }
    for position in gone {
      guard let numbers = contents.all[Int(position)].numbers else { continue }
      numberings[torrent].retire(numbers)
      retired.append(position)
    }
  }

  private mutating func revive(_ positions: [Int32], _ torrent: Int, _ contents: Contents) {
    for position in positions {
      let content = contents.all[Int(position)]
      guard content.isRetired, content.isSeen, content.isVerified, let numbers = content.numbers,
        numberings[torrent].canRevive(numbers)
      else { continue }
      numberings[torrent].revive(numbers)
      revived.append(position)
    }
  }

  /// Numbers what has none, in bytewise order of (smallest verified Filename, SHA256).
  private mutating func number(
    _ positions: [Int32], _ torrent: Int, _ contents: Contents, _ names: [Int32: [ArchivePath]]
  ) throws(ArchiveError) {
    let revived = Set(revived)
    var fresh: [(name: ArchivePath, content: Int32)] = []
    for position in positions {
      let content = contents.all[Int(position)]
      guard content.isSeen, content.isVerified, content.id.size != .zero,
        content.numbers == nil || content.isRetired && !revived.contains(position)
      else { continue }
      let name = names[position]?.filter { path in
        var text = path.string
        return text.withUTF8 {
          contents.verdict(UnsafeRawBufferPointer($0), position) == .verified
        }
      }.min()
      if let name { fresh.append((name, position)) }
    }
    fresh.sort { a, b in
      a.name != b.name
        ? a.name < b.name
        : contents.all[Int(a.content)].id.sha256 < contents.all[Int(b.content)].id.sha256
    }
    for (_, position) in fresh {
      let size = contents.all[Int(position)].id.size
      let count = PieceSize.forFile(of: size, base: contents.torrents[torrent].base)
        .pieceCount(of: size)
      guard let numbers = numberings[torrent].allocate(count) else {
        throw ArchiveError(
          .software,
          "the torrent of \(contents.torrents[torrent].architecture) has no numbers left",
          advice: "begin a new generation by changing Piece-Size")
      }
      given.append((position, numbers))
    }
  }

  private mutating func raiseFloor(_ positions: [Int32], _ torrent: Int, _ contents: Contents) {
    let (retired, revived) = (Set(retired), Set(revived))
    var lowest = given.first { contents.all[Int($0.content)].torrent == torrent }?.numbers.first
    for position in positions where !retired.contains(position) {
      let content = contents.all[Int(position)]
      guard let numbers = content.numbers, !content.isRetired || revived.contains(position) else {
        continue
      }
      lowest = lowest.map { min($0, numbers.first) } ?? numbers.first
    }
    numberings[torrent].raiseFloor(toLowestLive: lowest)
  }

  /// Whether any number changes.
  var isEmpty: Bool { given.isEmpty && revived.isEmpty && retired.isEmpty }
}
