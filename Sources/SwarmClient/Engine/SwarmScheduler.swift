// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import PackagesParser
internal import PeerWire

/// Which piece is to come from where: the state of a download without sockets, disks or a clock.
///
/// A web seed is asked at once, and for what nobody else has or is getting; what peers have comes from
/// them. So each piece leaves the mirror about once, however many fetch it.
package struct SwarmScheduler {
  /// How far a piece is.
  enum PieceState: Equatable {
    case missing
    /// So many sources are sending it, the first since then.
    case active(sources: Int, since: Duration)
    case done
    /// Nobody will fetch it any more.
    case dropped
  }

  /// What a peer of a numbered torrent is known to have.
  struct Peer {
    let torrent: TorrentID
    var isMirror = false
    var isUnchoked = false
    /// Numbers that our index does not know are kept for when it does.
    var has = NumberSet()
    /// Since when it is getting which of the pieces that we want.
    var claims: [PieceKey: Duration] = [:]
    /// Whether a claim of its ever came to nothing.
    var isBelieved = true
  }

  package let files: [PackageFile]
  let policy: SwarmPolicy
  var states: [[PieceState]]
  /// How many peers that are no mirror have a piece.
  var holders: [[Int]]
  /// How many peers are getting a piece from a web seed.
  var claimants: [[Int]]
  /// Places in the random order in which pieces are taken that are equally good.
  var ranks: [[UInt32]]
  var peers: [Int: Peer] = [:]
  /// Files of each torrent by their first number.
  let numbered: [TorrentID: [(first: UInt32, last: UInt32, file: Int)]]
  /// The first file that is not complete.
  var firstOpen = 0
  package private(set) var remaining: UInt64
  /// Pieces that are still missing and that no source is sending.
  package private(set) var idlePieces: Int
  var peerRate: RateMeter
  var webRate: RateMeter
  var lastPeerByte: Duration
  var hasMetPeers = false
  /// The best that web seeds have done, in bytes a second.
  private(set) var bestWebRate = 0.0
  /// Since when web seeds are idle because peers have all that is missing.
  var waitingSince: Duration?

  /// Everything is missing.
  package init(
    _ files: [PackageFile], policy: SwarmPolicy, now: Duration,
    using random: inout some RandomNumberGenerator
  ) {
    self.files = files
    self.policy = policy
    states = files.map { Array(repeating: .missing, count: $0.pieces.count) }
    holders = files.map { Array(repeating: 0, count: $0.pieces.count) }
    claimants = holders
    ranks = files.map { file in (0..<file.pieces.count).map { _ in random.next() } }
    var numbered: [TorrentID: [(first: UInt32, last: UInt32, file: Int)]] = [:]
    for (index, file) in files.enumerated() {
      guard let numbering = file.numbering, file.pieces.isPublished else { continue }
      let numbers = numbering.numbers
      numbered[numbering.torrent.id, default: []].append(
        (numbers.first.rawValue, numbers.last.rawValue, index))
    }
    self.numbered = numbered.mapValues { $0.sorted { $0.first < $1.first } }
    remaining = files.reduce(0) { $0 + $1.content.size.rawValue }
    idlePieces = states.reduce(0) { $0 + $1.count }
    peerRate = RateMeter(now: now)
    webRate = RateMeter(now: now)
    lastPeerByte = now
  }

  /// Whether all pieces are there.
  package var isComplete: Bool { remaining == 0 }

  func state(_ key: PieceKey) -> PieceState { states[key.file][key.piece] }

  /// Bytes of a piece.
  package func length(_ key: PieceKey) -> Int {
    files[key.file].pieces.range(of: key.piece).count
  }

  /// The piece's number in its torrent.
  package func number(_ key: PieceKey) -> UInt32? {
    files[key.file].numbering?.number(of: key.piece).rawValue
  }

  /// The piece that has `number` in a torrent; nil when it is none that is fetched here.
  package func key(_ number: UInt32, in torrent: TorrentID) -> PieceKey? {
    guard let ranges = numbered[torrent] else { return nil }
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].last < number { low = middle + 1 } else { high = middle }
    }
    guard low < ranges.count, ranges[low].first <= number else { return nil }
    return PieceKey(file: ranges[low].file, piece: Int(number - ranges[low].first))
  }

  /// All pieces of a torrent that are fetched here.
  func keys(in torrent: TorrentID) -> [PieceKey] {
    (numbered[torrent] ?? []).flatMap { range in
      (0...Int(range.last - range.first)).map { PieceKey(file: range.file, piece: $0) }
    }
  }

  /// A source begins to send a piece.
  package mutating func begin(_ key: PieceKey, now: Duration) {
    switch state(key) {
    case .missing:
      states[key.file][key.piece] = .active(sources: 1, since: now)
      idlePieces -= 1
    case .active(let sources, let since):
      states[key.file][key.piece] = .active(sources: sources + 1, since: since)
    case .done, .dropped: break
    }
  }

  /// A source gave a piece up, or sent a bad one.
  package mutating func release(_ key: PieceKey) {
    guard case .active(let sources, let since) = state(key) else { return }
    if sources > 1 {
      states[key.file][key.piece] = .active(sources: sources - 1, since: since)
    } else {
      states[key.file][key.piece] = .missing
      idlePieces += 1
    }
  }

  /// A piece was verified and is written.
  ///
  /// - Returns: false when it was there already.
  @discardableResult
  package mutating func complete(_ key: PieceKey) -> Bool {
    let before = state(key)
    guard before != .done, before != .dropped else { return false }
    if before == .missing { idlePieces -= 1 }
    states[key.file][key.piece] = .done
    remaining -= UInt64(length(key))
    moveWindow()
    return true
  }

  /// Gives up what a file lacks; what it has stays.
  package mutating func drop(_ file: Int) {
    for piece in states[file].indices where states[file][piece] != .done {
      let key = PieceKey(file: file, piece: piece)
      if state(key) == .missing { idlePieces -= 1 }
      if state(key) != .dropped { remaining -= UInt64(length(key)) }
      states[file][piece] = .dropped
    }
    moveWindow()
  }

  private mutating func moveWindow() {
    while firstOpen < files.count, isClosed(firstOpen) { firstOpen += 1 }
  }

  /// Whether nothing of a file is to be fetched any more.
  package func isClosed(_ file: Int) -> Bool {
    states[file].allSatisfy { $0 == .done || $0 == .dropped }
  }

  /// Whether any peer has a piece that a file lacks.
  package func isHeld(_ file: Int) -> Bool {
    states[file].indices.contains { piece in
      guard states[file][piece] != .done else { return false }
      if holders[file][piece] > 0 { return true }
      guard let number = number(PieceKey(file: file, piece: piece)) else { return false }
      return peers.values.contains { $0.isMirror && $0.has.contains(number) }
    }
  }

  /// Whether all of a file is there.
  package func isComplete(_ file: Int) -> Bool { states[file].allSatisfy { $0 == .done } }

  package func isDone(_ key: PieceKey) -> Bool { state(key) == .done }

  /// Counts bytes that peers sent.
  package mutating func receivedFromPeer(_ bytes: Int, now: Duration) {
    peerRate.add(bytes, now: now)
    lastPeerByte = now
  }

  /// Counts bytes that a web seed sent.
  package mutating func receivedFromWeb(_ bytes: Int, now: Duration) {
    webRate.add(bytes, now: now)
    bestWebRate = max(bestWebRate, webRate.current(now))
  }

  /// The files that are worked on now.
  var window: Range<Int> {
    var end = firstOpen
    var bytes: UInt64 = 0
    while end < files.count, end - firstOpen < policy.openFiles, bytes < policy.openBytes {
      bytes += files[end].content.size.rawValue
      end += 1
    }
    return firstOpen..<end
  }
}
