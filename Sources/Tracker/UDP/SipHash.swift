// SPDX-License-Identifier: Apache-2.0

/// SipHash-2-4 (Aumasson, Bernstein 2012): a keyed hash of short messages that nobody without the
/// key can predict.
struct SipHash: Sendable {
  private let key: (UInt64, UInt64)

  init(key: (UInt64, UInt64)) { self.key = key }

  /// The hash of a message of whole 64-bit words, given in little-endian order.
  @inline(__always)
  func hash(_ words: (UInt64, UInt64, UInt64)) -> UInt64 {
    var state = State(key)
    state.absorb(words.0)
    state.absorb(words.1)
    state.absorb(words.2)
    // The message's length stands in the highest byte of the last word.
    state.absorb(24 << 56)
    return state.finish()
  }

  /// The hash of any message: what the published vectors are for.
  func hash(_ message: [UInt8]) -> UInt64 {
    var state = State(key)
    var word: UInt64 = 0
    for (index, byte) in message.enumerated() {
      word |= UInt64(byte) << UInt64(index % 8 * 8)
      if index % 8 == 7 {
        state.absorb(word)
        word = 0
      }
    }
    state.absorb(word | UInt64(message.count & 0xFF) << 56)
    return state.finish()
  }

  private struct State {
    private var v: (UInt64, UInt64, UInt64, UInt64)

    @inline(__always)
    init(_ key: (UInt64, UInt64)) {
      v = (
        key.0 ^ 0x736F_6D65_7073_6575, key.1 ^ 0x646F_7261_6E64_6F6D,
        key.0 ^ 0x6C79_6765_6E65_7261, key.1 ^ 0x7465_6462_7974_6573
      )
    }

    @inline(__always)
    mutating func absorb(_ word: UInt64) {
      v.3 ^= word
      round()
      round()
      v.0 ^= word
    }

    @inline(__always)
    mutating func finish() -> UInt64 {
      v.2 ^= 0xFF
      for _ in 0..<4 { round() }
      return v.0 ^ v.1 ^ v.2 ^ v.3
    }

    @inline(__always)
    private mutating func round() {
      v.0 = v.0 &+ v.1
      v.2 = v.2 &+ v.3
      v.1 = rotated(v.1, 13) ^ v.0
      v.3 = rotated(v.3, 16) ^ v.2
      v.0 = rotated(v.0, 32)
      v.2 = v.2 &+ v.1
      v.0 = v.0 &+ v.3
      v.1 = rotated(v.1, 17) ^ v.2
      v.3 = rotated(v.3, 21) ^ v.0
      v.2 = rotated(v.2, 32)
    }

    @inline(__always)
    private func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 {
      word &<< count | word &>> (64 - count)
    }
  }
}
