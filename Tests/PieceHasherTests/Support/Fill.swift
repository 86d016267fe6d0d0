// SPDX-License-Identifier: Apache-2.0

/// Bytes that `Fixtures/make-vectors.py` makes as well.
enum Fill: Sendable {
  /// The high halves of a 64-bit linear congruential generator seeded with the size.
  case noise
  case zeros

  func bytes(_ size: Int) -> [UInt8] {
    switch self {
    case .zeros: return [UInt8](repeating: 0, count: size)
    case .noise:
      var state = UInt64(size)
      return [UInt8](unsafeUninitializedCapacity: size) { buffer, used in
        for start in stride(from: 0, to: size, by: 4) {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          for index in start..<min(start + 4, size) {
            buffer[index] = UInt8(truncatingIfNeeded: state >> UInt64(32 + 8 * (index - start)))
          }
        }
        used = size
      }
    }
  }
}
