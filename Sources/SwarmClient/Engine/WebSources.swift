// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import TorrentMetadata

/// The web seeds of each file, in order: the first that is any good, and what is asked of it.
struct WebSources {
  private let urls: [[HTTPURL]]
  /// Which of a file's web seeds is used; beyond the last when none is left.
  private var chosen: [Int]
  private var failures: [Int]
  private var pausedUntil: [Duration]
  /// How much may be under way, in bytes; it grows while there are no peers.
  private(set) var budget: UInt64
  private let policy: SwarmPolicy
  var transfers: [Int: WebTransfer] = [:]
  private var nextTransfer = 0
  /// What each file's web seed failed of last.
  private var reasons: [Int: ArchiveError] = [:]

  init(_ files: [PackageFile], policy: SwarmPolicy) {
    urls = files.map { $0.webSeeds.compactMap { HTTPURL($0) } }
    chosen = Array(repeating: 0, count: files.count)
    failures = chosen
    pausedUntil = Array(repeating: .zero, count: files.count)
    budget = policy.firstWebBytes
    self.policy = policy
  }

  /// The URL to ask for a file; nil when none is left, or for now.
  func url(of file: Int, now: Duration) -> HTTPURL? {
    guard chosen[file] < urls[file].count, now >= pausedUntil[file] else { return nil }
    return urls[file][chosen[file]]
  }

  /// Which of a file's web seeds is used.
  func seed(of file: Int) -> Int { chosen[file] }

  /// What a file's web seed failed of last.
  func lastFailure(of file: Int) -> ArchiveError? { reasons[file] }

  /// Bytes under way.
  var pending: UInt64 { transfers.values.reduce(0) { $0 + $1.missing } }

  /// Pieces under way.
  var underWay: [PieceKey] { transfers.values.flatMap { $0.run.keys } }

  mutating func add(_ transfer: WebTransfer) -> Int {
    nextTransfer += 1
    transfers[nextTransfer] = transfer
    return nextTransfer
  }

  /// A request was answered in full: more may be under way.
  mutating func succeeded(_ file: Int, hasPeers: Bool) {
    failures[file] = 0
    let most = hasPeers ? policy.sharedWebBytes : policy.aloneWebBytes
    budget = min(most, budget * 2)
  }

  /// A request failed: the same again after a while, and another web seed after some of those.
  mutating func failed(
    _ file: Int, isFinal: Bool, retryAfter: Duration?, reason: ArchiveError, now: Duration
  ) {
    reasons[file] = reason
    failures[file] += 1
    if isFinal || failures[file] >= 5 {
      next(file)
    } else {
      let backoff = Duration.milliseconds(250 << failures[file])
      pausedUntil[file] = now + min(.seconds(30), retryAfter ?? backoff)
    }
  }

  /// A web seed's piece is not what it should be.
  mutating func gaveBadBytes(_ seed: Int, file: Int) {
    reasons[file] = ArchiveError(
      .data, "the server has other bytes than the signed index lists",
      at: ArchiveError.Place(file: urls[file][seed].string),
      advice: "the mirror is damaged or in the middle of an update: try again, or another one")
    if chosen[file] == seed { next(file) }
  }

  private mutating func next(_ file: Int) {
    chosen[file] += 1
    failures[file] = 0
    pausedUntil[file] = .zero
  }

  /// Whether no web seed is left for a file.
  func isExhausted(_ file: Int) -> Bool { chosen[file] >= urls[file].count }

  func cancelAll() {
    for transfer in transfers.values { transfer.transfer?.cancel() }
  }
}

/// Pieces in a row on their way from a web seed; confined to the engine's loop.
final class WebTransfer {
  let run: WebRun
  let seed: Int
  let url: HTTPURL
  var transfer: HTTPTransfer?
  /// The file's bytes that have come, from the start of the run.
  private(set) var position: UInt64
  let range: Range<UInt64>
  private let table: PieceTable
  private var current: (piece: Int, buffer: PieceBuffer)?

  init(_ run: WebRun, seed: Int, _ url: HTTPURL, _ table: PieceTable) {
    self.run = run
    self.seed = seed
    self.url = url
    self.table = table
    range =
      table.range(of: run.pieces.lowerBound)
      .lowerBound..<table.range(
        of: run.pieces.upperBound - 1
      ).upperBound
    position = range.lowerBound
  }

  /// Bytes that have not come.
  var missing: UInt64 { range.upperBound - position }

  /// Bytes of a piece that is not complete.
  var unfinished: Int {
    current.map { Int(position - table.range(of: $0.piece).lowerBound) } ?? 0
  }

  /// Takes bytes; calls `body` with each piece that is together.
  func take(_ bytes: UnsafeRawBufferPointer, _ body: (PieceKey, PieceBuffer) -> Void) {
    var rest = UnsafeRawBufferPointer(rebasing: bytes[..<min(bytes.count, Int(missing))])
    while !rest.isEmpty {
      let piece = table.index(at: position)
      let whole = table.range(of: piece)
      let buffer = current?.buffer ?? PieceBuffer(length: whole.count)
      let count = min(rest.count, Int(whole.upperBound - position))
      buffer.put(
        UnsafeRawBufferPointer(rebasing: rest[..<count]), at: Int(position - whole.lowerBound))
      position += UInt64(count)
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      if position == whole.upperBound {
        current = nil
        body(PieceKey(file: run.file, piece: piece), buffer)
      } else {
        current = (piece, buffer)
      }
    }
  }

  /// Pieces that have not come.
  var unfinishedKeys: [PieceKey] {
    run.keys.filter { table.range(of: $0.piece).upperBound > position }
  }
}
