// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import HTTPMessages
internal import NIOCore
internal import NIOPosix

/// What a body does next.
enum BodyStep {
  /// Send the head of a piece, whose bytes are what follows.
  case frame(PieceFrame)
  /// Send these bytes.
  case write(IOData)
  /// Nothing can be said before a disk has answered.
  case wait(EventLoopFuture<Void>)
  case end
  /// The bytes that were promised are not there any more: the connection must end.
  case broken
}

/// Makes a content that has no length beforehand.
protocol BodyStream: AnyObject {
  /// The next bytes, at most about `limit` of them.
  func next(limit: UInt64) -> BodyStep
  /// Whether what was given out last can never be sent.
  var isBroken: Bool { get }
}

/// Gives out the bytes of one response, part by part; confined to one event loop.
///
/// The end of each run of a file is read and not left to sendfile(2), and the file is looked at
/// after that: whoever gets a whole response got the bytes of one version.
final class BodyPump {
  private enum Part {
    case bytes([UInt8])
    case file(Range<UInt64>)
    case zeros(UInt64)
  }

  private let worker: Worker
  private let file: OpenFile?
  private let stream: (any BodyStream)?
  /// Whether bytes are read and written: sendfile knows no TLS, and is not certain enough for some.
  private let copies: Bool
  private var parts: [Part] = []
  private var index = 0
  /// Those that come after all parts.
  private var pieces: ArraySlice<PieceGroup.Piece> = []
  /// What was given out last.
  private var spare = ByteBuffer()
  /// Read by a thread of the pool.
  private var read: ByteBuffer?
  private var readFailed = false
  /// What of the file is known to be in memory.
  private var warmed: Range<UInt64> = 0..<0
  /// Whether the file was looked at since any of it went to sendfile(2).
  private var isLookedAt = false

  /// Goes on with `response` after so many bytes of it, which only a body in one piece has.
  init(_ response: Response, after sent: UInt64 = 0, worker: Worker, copies: Bool) {
    self.worker = worker
    self.copies = copies || response.isCertain
    file = response.file
    stream =
      response.pieces.isEmpty
      ? nil : PieceStream(response.pieces, worker: worker, copies: copies)
    switch response.answer.content {
    case .bytes(let range):
      parts = [Self.part(range.lowerBound + sent..<range.upperBound, response.offset)]
    case .parts(let ranges):
      for part in ranges.parts {
        parts += [.bytes(part.preamble), Self.part(part.range, response.offset)]
      }
      parts.append(.bytes(ranges.ending))
    case .text(let text): parts = [.bytes(text)]
    case .zeros(let range): parts = [.zeros(range.upperBound - range.lowerBound)]
    case .stream, .none: break
    }
  }

  /// Gives out `pieces` of one file, each after its frame.
  init(_ pieces: [PieceGroup.Piece], of file: OpenFile, worker: Worker, copies: Bool) {
    self.worker = worker
    self.copies = copies
    self.file = file
    self.pieces = pieces[...]
    stream = nil
  }

  private static func part(_ range: Range<UInt64>, _ offset: UInt64) -> Part {
    .file(offset + range.lowerBound..<offset + range.upperBound)
  }

  /// The next bytes, at most about `limit` of them.
  func next(limit: UInt64) -> BodyStep {
    if let stream { return stream.next(limit: limit) }
    guard index < parts.count else { return nextPiece() }
    switch parts[index] {
    case .bytes(let bytes):
      index += 1
      return .write(.byteBuffer(ByteBuffer(bytes: bytes)))
    case .zeros(0): return skip(limit)
    case .zeros(let count): return zeros(min(count, limit, worker.limits.copyBytes), of: count)
    case .file(let range):
      return range.isEmpty ? skip(limit) : nextOfFile(range, limit: limit)
    }
  }

  private func nextPiece() -> BodyStep {
    guard let piece = pieces.popFirst() else { return .end }
    index = 0
    if parts.isEmpty { parts.append(.file(piece.bytes)) } else { parts[0] = .file(piece.bytes) }
    let count = piece.bytes.upperBound - piece.bytes.lowerBound
    return .frame(PieceFrame(number: piece.number, status: 200, count: count))
  }

  private func skip(_ limit: UInt64) -> BodyStep {
    index += 1
    return next(limit: limit)
  }

  private func zeros(_ count: UInt64, of all: UInt64) -> BodyStep {
    parts[index] = .zeros(all - count)
    return .write(.byteBuffer(ByteBuffer(repeating: 0, count: Int(count))))
  }

  /// How much of the end of a run is read and not left to sendfile(2): any number does, and what is
  /// short goes with the next frame or head almost for nothing.
  static let tail: UInt64 = 64

  private func nextOfFile(_ range: Range<UInt64>, limit: UInt64) -> BodyStep {
    guard let file else { return .broken }
    let count = range.upperBound - range.lowerBound
    if copies || count <= Self.tail { return copy(file, range, limit: limit) }
    let length = min(count - Self.tail, limit, worker.limits.chunkBytes)
    let end = range.lowerBound + length
    guard isLookedAt || file.isUnchanged else { return .broken }
    if range.lowerBound < warmed.lowerBound || end > warmed.upperBound {
      // For several pieces at once: between two bytes in memory the others most often are as well.
      let last = pieces.last?.bytes.upperBound ?? range.upperBound
      let next = max(end, min(range.lowerBound + worker.limits.chunkBytes, last))
      guard file.isCached(at: range.lowerBound), file.isCached(at: next - 1) else {
        return warm(file, range.lowerBound..<end)
      }
      warmed = range.lowerBound..<next
    }
    isLookedAt = false
    parts[index] = .file(end..<range.upperBound)
    return .write(.fileRegion(file.region(range.lowerBound..<end)))
  }

  private func copy(_ file: OpenFile, _ range: Range<UInt64>, limit: UInt64) -> BodyStep {
    if readFailed { return .broken }
    let wanted = Int(min(range.upperBound - range.lowerBound, limit, worker.limits.copyBytes))
    var bytes = spare
    spare = ByteBuffer()
    if let ready = read.take() {
      bytes = ready
    } else {
      // Used again where it has gone already: fresh memory costs as much as the copy.
      bytes.clear(minimumCapacity: wanted)
      let count = bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { buffer in
        file.readCached(
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: range.lowerBound)
          ?? 0
      }
      if count == 0 { return fetch(file, range.lowerBound, wanted) }
    }
    guard bytes.readableBytes > 0, file.isUnchanged else { return .broken }
    isLookedAt = true
    parts[index] = .file(range.lowerBound + UInt64(bytes.readableBytes)..<range.upperBound)
    spare = bytes
    return .write(.byteBuffer(bytes))
  }

  /// Has a thread of the pool read what the disk must be waited for.
  private func fetch(_ file: OpenFile, _ offset: UInt64, _ count: Int) -> BodyStep {
    let future = worker.shared.pool.runIfActive(eventLoop: worker.loop) { () -> ByteBuffer in
      var buffer = ByteBufferAllocator().buffer(capacity: count)
      _ = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) {
        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<count]), at: offset)
      }
      return buffer
    }
    return .wait(
      future.assumeIsolated().map { self.read = $0 }.flatMapErrorThrowing { _ in
        self.readFailed = true
      }.nonisolated())
  }

  /// Has a thread of the pool bring a run of the file into memory, so that sendfile(2) does not
  /// make all connections wait for the disk.
  private func warm(_ file: OpenFile, _ range: Range<UInt64>) -> BodyStep {
    let future = worker.shared.pool.runIfActive(eventLoop: worker.loop) {
      try withUnsafeTemporaryAllocation(byteCount: 128 << 10, alignment: 16) { buffer in
        var position = range.lowerBound
        while position < range.upperBound {
          let length = Int(min(UInt64(buffer.count), range.upperBound - position))
          let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<length])
          let count = try file.read(into: part, at: position)
          if count == 0 { break }
          position += UInt64(count)
        }
      }
    }
    // Where reading fails, sendfile does as well, and says so.
    return .wait(
      future.assumeIsolated().map { self.warmed = range }.flatMapErrorThrowing { _ in
        self.readFailed = true
        self.warmed = range
      }.nonisolated())
  }

  /// Whether what was given out last can never be sent: at its early end sendfile(2) sends nothing
  /// and reports no error.
  var isBroken: Bool { stream?.isBroken ?? file?.isTruncated ?? false }
}
