// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// BEP 15's connection ids, made and checked without remembering any: 16 bits of the time of issue
/// and a 48-bit keyed hash over the source address and the whole of that time.
///
/// A sender that forged its address never sees its id, and so cannot make the tracker answer to
/// somebody else.
public struct ConnectionIDs: Sendable {
  /// How long an id is good, as BEP 15 asks.
  public static let lifetime: UInt64 = 120
  /// How long it is good for clients that use theirs again (some do for up to an hour).
  public static let lenientLifetime: UInt64 = 3600

  /// The time of issue is counted in these, so that 16 bits last for days.
  private static let secondsPerUnit: UInt64 = 4

  private let hash: SipHash
  private let lifetime: UInt64

  /// Draws a key.
  public init(
    lifetime: UInt64 = ConnectionIDs.lifetime, using generator: inout some RandomNumberGenerator
  ) {
    hash = SipHash(key: (generator.next(), generator.next()))
    self.lifetime = lifetime
  }

  /// An id for whoever can receive at `address`.
  @inline(__always)
  public func issue(to address: IPAddress, at now: Moment) -> UInt64 {
    let time = now.seconds / Self.secondsPerUnit
    return time << 48 | code(address, time)
  }

  /// Whether `id` was issued to `address` and is not too old.
  @inline(__always)
  public func accepts(_ id: UInt64, from address: IPAddress, at now: Moment) -> Bool {
    let time = now.seconds / Self.secondsPerUnit
    let age = UInt64(UInt16(truncatingIfNeeded: time &- id >> 48))
    guard age * Self.secondsPerUnit <= lifetime, age <= time else { return false }
    return id & 0xFFFF_FFFF_FFFF == code(address, time - age)
  }

  @inline(__always)
  private func code(_ address: IPAddress, _ time: UInt64) -> UInt64 {
    hash.hash((address.high, address.low, time)) & 0xFFFF_FFFF_FFFF
  }
}
