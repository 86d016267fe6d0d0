// SPDX-License-Identifier: Apache-2.0

private import Glibc

/// Chance that can be repeated: SplitMix64 (Steele, Lea, Flood 2014), from a seed.
package struct SimulationRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The same `seed` gives the same numbers.
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number below `bound`, which is at least 1.
  mutating func below(_ bound: Int) -> Int {
    // Its own arithmetic rather than the standard library's, which may change.
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number above 0 and at most 1.
  mutating func share() -> Double { Double(next() >> 11 + 1) / Double(1 << 53) }

  /// A number of the standard normal distribution (Box and Muller 1958).
  mutating func normal() -> Double {
    let radius = (-2 * log(share())).squareRoot()
    return radius * cos(2 * Double.pi * share())
  }
}
