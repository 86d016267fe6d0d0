// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore

/// How fast a client takes what it is sent.
struct SendProgress {
  /// Bytes handed to the channel since the connection began.
  private var given: UInt64 = 0
  private var goneAtLook: UInt64 = 0
  private var moved = NIODeadline.uptimeNanoseconds(0)
  private var windowBegan = NIODeadline.uptimeNanoseconds(0)
  private var goneAtWindow: UInt64 = 0

  @inline(__always)
  mutating func add(_ count: Int) { given += UInt64(count) }

  /// A response begins.
  mutating func begin(_ now: NIODeadline) {
    moved = now
    windowBegan = now
    goneAtWindow = given
  }

  /// Whether the client is too slow, when `unsent` bytes wait in the channel.
  mutating func isTooSlow(unsent: Int, now: NIODeadline, limits: SeederLimits) -> Bool {
    let gone = given - min(given, UInt64(max(0, unsent)))
    if gone != goneAtLook || unsent == 0 {
      goneAtLook = gone
      moved = now
    }
    if now - moved >= TimeAmount(limits.stalled) { return true }
    let window = TimeAmount(limits.rateWindow)
    guard limits.minimumRate > .zero, now - windowBegan >= window else { return false }
    let taken = gone - min(gone, goneAtWindow)
    let seconds = UInt64(max(1, window.nanoseconds / 1_000_000_000))
    windowBegan = now
    goneAtWindow = gone
    return unsent > 0 && taken / seconds < limits.minimumRate.rawValue
  }
}
