// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import NIOCore
private import Synchronization

/// A piece that came is not what the index lists.
struct WrongPiece: Error {
  let index: Int
}

/// Puts bytes that come in order into a file, checking each piece as it ends.
final class PieceAssembly: Sendable {
  private struct State: ~Copyable {
    var isVerified: [Bool]
    var digest: StreamDigest
    /// The next byte of the run under way.
    var position: UInt64 = 0
    /// Where the piece under way begins to be counted.
    var pending: UInt64 = 0
    /// Bytes of a file without published pieces that are there and not checked.
    var resumed: UInt64 = 0
  }

  private let partial: PartialFile
  private let meter: FetchMeter
  private let limit: RateLimit?
  private let state: Mutex<State>

  /// Begins with what is on disk.
  ///
  /// - Throws: `ArchiveError` when the disk fails.
  init(_ partial: PartialFile, meter: FetchMeter, limit: RateLimit?) throws(ArchiveError) {
    self.partial = partial
    self.meter = meter
    self.limit = limit
    let isPublished = partial.pieces.isPublished
    let verified = try partial.verifiedPieces()
    var state = State(isVerified: verified, digest: try StreamDigest(.sha256))
    if !isPublished, verified.first == false {
      let length = try partial.length()
      // All of it, and wrong: from the start again.
      state.resumed = length < partial.content.size.rawValue ? length : 0
    }
    let pieces = partial.pieces
    let present = verified.indices.reduce(state.resumed) {
      $0 + (verified[$1] ? UInt64(pieces.range(of: $1).count) : 0)
    }
    meter.present.count(present)
    self.state = Mutex(state)
  }

  var isComplete: Bool { state.withLock { !$0.isVerified.contains(false) } }

  var verifiedBytes: UInt64 {
    let pieces = partial.pieces
    return state.withLock { state in
      state.isVerified.indices.reduce(0) {
        $0 + (state.isVerified[$1] ? UInt64(pieces.range(of: $1).count) : 0)
      }
    }
  }

  /// The first run of missing pieces; nil when there is none.
  func nextRange() -> Range<UInt64>? {
    let pieces = partial.pieces
    return state.withLock { state in
      guard let first = state.isVerified.firstIndex(of: false) else { return nil }
      let end = state.isVerified[first...].firstIndex(of: true) ?? state.isVerified.count
      let start = pieces.range(of: first).lowerBound + (pieces.isPublished ? 0 : state.resumed)
      return start..<pieces.range(of: end - 1).upperBound
    }
  }

  /// Bytes come from `offset` on, which begins a piece or goes on with the only one.
  func begin(at offset: UInt64) {
    state.withLock { state in
      _ = state.digest.finishSHA256()
      state.position = offset
      state.pending = offset
    }
  }

  /// Takes the next bytes.
  ///
  /// - Throws: `WrongPiece`; `ArchiveError` when they cannot be written.
  func take(_ bytes: ByteBuffer) throws {
    limit?.take(bytes.readableBytes)
    meter.fromWebSeeds.count(UInt64(bytes.readableBytes))
    try state.withLock { state in
      try bytes.withUnsafeReadableBytes { all in
        var rest = all
        while !rest.isEmpty {
          let piece = partial.pieces.range(of: partial.pieces.index(at: state.position))
          let count = min(UInt64(rest.count), piece.upperBound - state.position)
          let part = UnsafeRawBufferPointer(rebasing: rest[..<Int(count)])
          try partial.write(part, at: state.position)
          state.digest.update(part)
          state.position += count
          rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
          if state.position == piece.upperBound { try end(piece, &state) }
        }
      }
    }
  }

  private func end(_ piece: Range<UInt64>, _ state: inout State) throws {
    let index = partial.pieces.index(at: piece.lowerBound)
    let digest = state.digest.finishSHA256()
    // What an earlier run had of it went past this digest: the disk is asked.
    let isRight =
      state.pending == piece.lowerBound
      ? digest == partial.pieces.hashes[index] : try partial.verify(index)
    guard isRight else {
      meter.wasted.count(piece.upperBound - state.pending + state.resumed)
      state.resumed = 0
      (state.position, state.pending) = (piece.lowerBound, piece.lowerBound)
      throw WrongPiece(index: index)
    }
    state.isVerified[index] = true
    state.pending = state.position
  }

  /// The run ended early: what of a piece had come is of no use, but for a file that is a single
  /// piece for want of a list, which goes on where it is.
  func dropUnverified() {
    state.withLock { state in
      if partial.pieces.isPublished {
        meter.wasted.count(state.position - state.pending)
      } else {
        state.resumed = max(state.resumed, state.position)
      }
      state.pending = state.position
    }
  }
}
