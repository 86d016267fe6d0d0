// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Ledger
internal import Publisher

/// An archive's numbered torrent over a year of updates.
///
/// In each run packages drawn at random, all alike, get a new version of the same name and size, until as
/// many bytes were replaced as the churn says; what goes beyond that is taken from the next run. New
/// packages have the size of one that was there at first. Numbers, generations, members of the piece
/// index and coded sets are those of the code that publishes.
package struct YearSimulation {
  private let settings: YearSettings
  private var random: SimulationRandom
  private var torrent: SimulatedTorrent
  private var table: YearTable
  private var clients: [FollowingClient]
  private var clientSlots: [Int] = []
  private let sizes: [ByteCount]
  /// Bytes that are still to be replaced; less than 0 where a run did more than its part.
  private var due = 0.0
  /// Packages that are still to come.
  private var coming = 0.0
  private var made = 0
  private var pieceIndex: UInt64 = 0
  private var livingText: UInt64 = 0
  private var livingRatio = 1.0

  private init(_ files: [SimulatedFile], _ settings: YearSettings) {
    self.settings = settings
    random = SimulationRandom(seed: settings.seed)
    torrent = SimulatedTorrent(base: settings.base, liveShare: settings.liveShare)
    table = YearTable(settings: settings)
    sizes = files.map(\.size)
    let day = settings.runsPerDay
    let intervals = [1, day, 7 * day, 30 * day].filter { $0 <= settings.runs }
    clients = intervals.enumerated().filter { index, interval in
      !intervals[..<index].contains(interval)
    }.map { FollowingClient(interval: $1) }
    for file in files { torrent.add(file, sha256: .random(using: &random)) }
    clientSlots = chosen(min(settings.clientPackages, files.count), of: files.count)
  }

  /// Lets an archive of `files` live through its time.
  ///
  /// - Parameters:
  ///   - files: what it has at first, none of them empty.
  ///   - settings: everything else.
  ///   - limits: what is too much.
  /// - Throws: `ArchiveError` (EX_USAGE) for settings that cannot be, and for more than the limits.
  /// - Returns: the same for the same files and settings.
  package static func run(
    _ files: [SimulatedFile], settings: YearSettings,
    limits: SimulationLimits = SimulationLimits()
  ) throws(ArchiveError) -> YearTable {
    try settings.check(limits: limits)
    guard !files.isEmpty, files.count <= limits.files else {
      throw ArchiveError(.usage, "\(files.count) files, expected 1 to \(limits.files)")
    }
    let pieces = files.reduce(UInt64(0)) { pieces, file in
      pieces
        + UInt64(PieceSize.forFile(of: file.size, base: settings.base).pieceCount(of: file.size))
    }
    guard pieces <= limits.pieces else {
      throw ArchiveError(
        .usage, "\(pieces) pieces, expected at most \(limits.pieces)",
        advice: "choose a larger piece size")
    }
    var simulation = YearSimulation(files, settings)
    try simulation.run(limits: limits)
    return simulation.table
  }

  private mutating func run(limits: SimulationLimits) throws(ArchiveError) {
    try numberAll(run: 0, replaced: [])
    endDay(0)
    for run in 1...settings.runs {
      let count = torrent.slots.count
      try grow(limits)
      try numberAll(run: run, replaced: replacements(count))
      if run.isMultiple(of: settings.runsPerDay) { endDay(run / settings.runsPerDay) }
    }
    table.clients = clients.map { client in
      YearTable.Client(
        runsBetween: client.interval, updates: client.updates, rangeBytes: client.ranges,
        wholeBytes: client.whole, differenceBytes: client.differences, mergedBytes: client.merged)
    }
  }

  /// One run of `hash`, and what clients see of it.
  private mutating func numberAll(
    run: Int, replaced: [(slot: Int, sha256: SHA256Digest)]
  ) throws(ArchiveError) {
    let changes = try torrent.run(run, replaced: replaced)
    guard !changes.numbered.isEmpty || !changes.retired.isEmpty else {
      follow(run, member: 0, added: 0, changes, ratio: livingRatio)
      return
    }
    let contents = changes.numbered.compactMap { content(of: torrent.slots[$0]) }
    let member = try MemberSize(
      of: contents, retired: changes.retired, numbering: torrent.numbering, using: &random)
    for (slot, stanza) in zip(changes.numbered, member.stanzas) {
      torrent.set(stanza: stanza, of: slot)
    }
    table.numbersGiven += contents.reduce(0) { $0 + UInt64($1.numbers.count) }
    let added = member.stanzas.reduce(0, +)
    pieceIndex += member.compressed
    livingText += added
    livingText -= changes.removed.reduce(0) { $0 + $1.stanza }
    let ratio = Double(member.compressed) / Double(max(1, member.plain))
    // A whole index compresses as the member that tells of all contents does.
    if run == 0 || changes.ended != nil { livingRatio = ratio }
    if let liveShare = changes.ended {
      table.generations.append(
        YearTable.GenerationChange(
          generation: torrent.generation, day: (run - 1) / settings.runsPerDay + 1,
          run: (run - 1) % settings.runsPerDay + 1, liveShareBefore: liveShare,
          memberBytes: member.compressed))
    }
    follow(run, member: member.compressed, added: added, changes, ratio: ratio)
  }

  private mutating func follow(
    _ run: Int, member: UInt64, added: UInt64, _ changes: SimulatedTorrent.Changes, ratio: Double
  ) {
    guard run > 0 else { return }
    let step = FollowingClient.Step(
      run: run, member: member, pieceIndex: pieceIndex, livingIndex: livingIndex, added: added,
      removed: changes.removed, ratio: ratio)
    for index in clients.indices { clients[index].follow(step) }
  }

  private func content(of slot: SimulatedTorrent.Slot) -> MemberSize.Content? {
    slot.numbers.map { numbers in
      MemberSize.Content(
        path: slot.path, id: ContentID(sha256: slot.sha256, size: slot.size), numbers: numbers,
        pieceSize: PieceSize.forFile(of: slot.size, base: settings.base))
    }
  }

  private var livingIndex: UInt64 { UInt64((Double(livingText) * livingRatio).rounded(.up)) }

  private mutating func endDay(_ day: Int) {
    let numbering = torrent.numbering
    let span = UInt64(numbering.next.rawValue - numbering.floor.rawValue)
    table.days.append(
      YearTable.Day(
        day: day, files: torrent.slots.count, bytes: torrent.bytes,
        generation: torrent.generation, floor: numbering.floor.rawValue,
        nextPiece: numbering.next.rawValue, livePieces: numbering.live,
        liveShare: numbering.livePercent, bitfieldBytes: (span + 7) / 8,
        mirrorSetBytes: Self.packed(torrent.live),
        clientSetBytes: Self.packed(torrent.numbers(of: clientSlots)),
        pieceIndexBytes: pieceIndex, livingIndexBytes: livingIndex))
  }

  private static func packed(_ ranges: [PieceRange]) -> UInt64 {
    var bytes: [UInt8] = []
    PackedRanges.append(ranges, to: &bytes)
    return UInt64(bytes.count)
  }
}

extension YearSimulation {
  /// The packages among the first `count` that get a new version in a run, none of them twice.
  private mutating func replacements(_ count: Int) -> [(slot: Int, sha256: SHA256Digest)] {
    due += Double(torrent.bytes) * settings.churn / 100 / Double(settings.runsPerDay)
    var chosen: Set<Int> = []
    var replaced: [(slot: Int, sha256: SHA256Digest)] = []
    while due > 0, chosen.count < count {
      let slot = random.below(count)
      guard chosen.insert(slot).inserted else { continue }
      due -= Double(torrent.slots[slot].size.rawValue)
      table.changedBytes += torrent.slots[slot].size.rawValue
      replaced.append((slot, .random(using: &random)))
    }
    return replaced
  }

  /// Adds the packages that are new in a run, behind the others.
  private mutating func grow(_ limits: SimulationLimits) throws(ArchiveError) {
    coming +=
      Double(sizes.count) * settings.growth / 100 / 365 / Double(settings.runsPerDay)
    while coming >= 1 {
      coming -= 1
      let size = sizes[random.below(sizes.count)]
      guard let file = SimulatedFile.made("new", made, size: size),
        torrent.slots.count < limits.files
      else {
        throw ArchiveError(.usage, "the archive grows beyond \(limits.files) files")
      }
      made += 1
      table.changedBytes += size.rawValue
      torrent.add(file, sha256: .random(using: &random))
    }
  }

  /// `count` different numbers below `bound`.
  private mutating func chosen(_ count: Int, of bound: Int) -> [Int] {
    // The first steps of a shuffle (Fisher and Yates).
    var all = Array(0..<bound)
    for index in 0..<count { all.swapAt(index, index + random.below(bound - index)) }
    return Array(all[..<count])
  }
}
