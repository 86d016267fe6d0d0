// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import CPieceHash

/// The chaining values of up to sixteen lanes, and what each reads next.
///
/// A lane takes whole blocks; what is left of a message, its padding and its length go in when a
/// chain is finished. The C below knows no bounds: they are checked here.
struct LaneBank: ~Copyable {
  static let laneCount = Int(PIECEHASH_LANES)
  static let blockLength = Int(PIECEHASH_BLOCK)
  private static let rowCount = Int(PIECEHASH_ROWS)

  /// A word at a time: row after row, a lane a column.
  private let words: UnsafeMutablePointer<UInt32>
  private let data: UnsafeMutablePointer<UnsafePointer<UInt8>>
  /// How many bytes each lane may still read.
  private let available: UnsafeMutablePointer<Int>
  /// How many blocks each lane was granted, and how many of them it has not taken yet.
  private let granted: UnsafeMutablePointer<Int>
  private let left: UnsafeMutablePointer<Int>

  init() {
    let count = Self.rowCount * Self.laneCount
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
    words = memory.initializeMemory(as: UInt32.self, repeating: 0, count: count)
    data = .allocate(capacity: Self.laneCount)
    data.initialize(
      repeating: UnsafeRawPointer(memory).assumingMemoryBound(to: UInt8.self),
      count: Self.laneCount)
    available = .allocate(capacity: Self.laneCount)
    available.initialize(repeating: 0, count: Self.laneCount)
    granted = .allocate(capacity: Self.laneCount)
    granted.initialize(repeating: 0, count: Self.laneCount)
    left = .allocate(capacity: Self.laneCount)
    left.initialize(repeating: 0, count: Self.laneCount)
  }

  deinit {
    left.deallocate()
    granted.deallocate()
    available.deallocate()
    data.deallocate()
    words.deallocate()
  }

  /// Lane `lane` reads from `bytes`, which must stay until it has.
  mutating func feed(_ lane: Int, from bytes: UnsafeRawBufferPointer) {
    precondition(lane >= 0 && lane < Self.laneCount)
    available[lane] = bytes.count
    guard let start = bytes.baseAddress else { return }
    data[lane] = start.assumingMemoryBound(to: UInt8.self)
  }

  /// How many bytes `lane` has left to read.
  func rest(of lane: Int) -> Int { available[lane] }

  /// The next `count` bytes that `lane` would read.
  func peek(_ count: Int, lane: Int) -> UnsafeRawBufferPointer {
    precondition(count <= available[lane], "a lane has no such bytes")
    return UnsafeRawBufferPointer(start: data[lane], count: count)
  }

  /// Starts `chains` of `lane` at their initial values (FIPS 180-4, section 5.3).
  mutating func begin(_ chains: DigestChains, lane: Int) {
    chains.forEach { chain in
      let values = chain == .pieceSHA1 ? initialSHA1 : initialSHA256
      for (row, value) in values.enumerated() { self[chain, row, lane] = value }
    }
  }

  /// Lets `lane` take `blocks` blocks of what it was fed.
  mutating func grant(_ blocks: Int, to lane: Int) {
    precondition(blocks >= 0 && blocks <= available[lane] / Self.blockLength, "it has fewer")
    granted[lane] = blocks
    left[lane] = blocks
  }

  /// How many blocks `lane` has taken since they were granted, once it has taken all; nil before.
  func taken(by lane: Int) -> Int? { left[lane] == 0 ? granted[lane] : nil }

  /// Takes as many blocks from each of the first `lanes` lanes into `chains` as all were granted.
  mutating func advance(_ lanes: Int, _ chains: DigestChains, with kernel: LaneKernel) {
    precondition(lanes > 0 && lanes <= Self.laneCount)
    var blocks = Int.max
    for lane in 0..<lanes { blocks = min(blocks, left[lane]) }
    kernel.advance(OpaquePointer(words), data, lanes, blocks, UInt32(chains.rawValue))
    let count = blocks * Self.blockLength
    for lane in 0..<lanes {
      data[lane] += count
      available[lane] -= count
      left[lane] -= blocks
    }
  }

  /// Ends a SHA-256 chain of `lane` after `length` bytes, of which `tail`, less than a block, were
  /// not taken yet.
  func finishSHA256(
    _ chain: DigestChains, lane: Int, tail: UnsafeRawBufferPointer, length: UInt64
  ) -> SHA256Digest {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 8) { values in
      for row in 0..<8 { values[row] = self[chain, row, lane] }
      return Padding.finishSHA256(values, tail: tail, length: length)
    }
  }

  /// Ends the SHA-1 chain of `lane`, as `finishSHA256`.
  func finishSHA1(lane: Int, tail: UnsafeRawBufferPointer, length: UInt64) -> SHA1Digest {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 5) { values in
      for row in 0..<5 { values[row] = self[.pieceSHA1, row, lane] }
      return Padding.finishSHA1(values, tail: tail, length: length)
    }
  }

  /// Lane `target` becomes what lane `source` is.
  mutating func move(_ source: Int, to target: Int) {
    precondition(source >= 0 && source < Self.laneCount && target >= 0 && target < Self.laneCount)
    for row in 0..<Self.rowCount {
      words[row * Self.laneCount + target] = words[row * Self.laneCount + source]
    }
    data[target] = data[source]
    available[target] = available[source]
    granted[target] = granted[source]
    left[target] = left[source]
  }

  private subscript(chain: DigestChains, row: Int, lane: Int) -> UInt32 {
    get { words[position(chain, row, lane)] }
    nonmutating set { words[position(chain, row, lane)] = newValue }
  }

  private func position(_ chain: DigestChains, _ row: Int, _ lane: Int) -> Int {
    precondition(lane >= 0 && lane < Self.laneCount)
    return (chain.firstRow + row) * Self.laneCount + lane
  }
}

let initialSHA256: [UInt32] = [
  0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
  0x5be0_cd19,
]
private let initialSHA1: [UInt32] = [
  0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0,
]
