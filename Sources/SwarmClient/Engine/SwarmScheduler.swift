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
  /// By file, which numbers its pieces have in which torrents, and the newest last.
  private(set) var numberings: [[PieceNumbering]]
  /// The same of each torrent, by first number.
  private(set) var numbered: [TorrentID: [NumberedFile]] = [:]
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
    numberings = files.map { $0.pieces.isPublished ? $0.numbering.map { [$0] } ?? [] : [] }
    remaining = files.reduce(0) { $0 + $1.content.size.rawValue }
    idlePieces = states.reduce(0) { $0 + $1.count }
    peerRate = RateMeter(now: now)
    webRate = RateMeter(now: now)
    lastPeerByte = now
    for file in files.indices {
      for numbering in numberings[file] {
        numbered[numbering.torrent.id, default: []].append(NumberedFile(numbering, file))
      }
    }
    for torrent in numbered.keys { numbered[torrent]?.sort { $0.first < $1.first } }
  }

  /// The pieces of a file have these numbers as well, by a newer index: what peers said of them counts
  /// from now on.
  ///
  /// - Returns: false when that was known.
  package mutating func add(_ numbering: PieceNumbering, to file: Int) -> Bool {
    let torrent = numbering.torrent.id
    guard files[file].pieces.isPublished,
      !numberings[file].contains(where: {
        $0.torrent.id == torrent && $0.numbers == numbering.numbers
      })
    else { return false }
    for peer in peers.values where peer.torrent == torrent { count(peer, -1) }
    numberings[file].append(numbering)
    numbered[torrent, default: []].append(NumberedFile(numbering, file))
    numbered[torrent]?.sort { $0.first < $1.first }
    for peer in peers.values where peer.torrent == torrent { count(peer, 1) }
    return true
  }

  /// Whether all pieces are there.
  package var isComplete: Bool { remaining == 0 }

  func state(_ key: PieceKey) -> PieceState { states[key.file][key.piece] }

  /// Bytes of a piece.
  package func length(_ key: PieceKey) -> Int {
    files[key.file].pieces.range(of: key.piece).count
  }

  /// The numbers that a piece has in a torrent, the newest first: one, unless its content left the index
  /// and came back.
  package func numbers(of key: PieceKey, in torrent: TorrentID) -> [UInt32] {
    numberings[key.file].reversed().filter { $0.torrent.id == torrent }
      .map { $0.number(of: key.piece).rawValue }
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

  /// All pieces of a torrent that are fetched here, each once.
  func keys(in torrent: TorrentID) -> [PieceKey] {
    var seen: Set<Int> = []
    return (numbered[torrent] ?? []).flatMap { range in
      seen.insert(range.file).inserted ? keys(of: range.file) : []
    }
  }

  /// All pieces of a file.
  func keys(of file: Int) -> [PieceKey] {
    states[file].indices.map { PieceKey(file: file, piece: $0) }
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
      let key = PieceKey(file: file, piece: piece)
      return peers.values.contains { $0.isMirror && number(of: key, held: $0) != nil }
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
