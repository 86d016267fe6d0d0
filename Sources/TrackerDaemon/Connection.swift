// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Glibc
internal import Tracker

/// One HTTP connection. It holds no memory while nothing is under way.
struct Connection {
  let number: CInt
  let source: IPAddress
  let isAdmin: Bool
  /// The start of a request that is not all there.
  var input: [UInt8] = []
  /// What the client has yet to take of responses.
  var output: [UInt8] = []
  /// Whether to close when `output` is sent.
  var isLast = false
  /// When to close it unless a request is complete before.
  var deadline: UInt64
}

/// The connections of a worker, each under a number that goes with the kernel's events.
struct ConnectionSlab {
  private var slots: [Connection?] = []
  /// Counts the uses of a slot, so that an event for its last user is not taken for the next.
  private var generations: [UInt32] = []
  private var free: [Int] = []

  var count: Int { slots.count - free.count }

  /// Keeps a connection; returns its tag.
  mutating func insert(_ connection: Connection) -> UInt64 {
    let slot: Int
    if let old = free.popLast() {
      slot = old
    } else {
      slot = slots.count
      slots.append(nil)
      generations.append(0)
    }
    slots[slot] = connection
    return UInt64(generations[slot] & 0xFF_FFFF) << 32 | UInt64(slot)
  }

  private func slot(of tag: UInt64) -> Int? {
    let slot = Int(tag & 0xFFFF_FFFF)
    guard slot < slots.count, UInt64(generations[slot] & 0xFF_FFFF) == tag >> 32 & 0xFF_FFFF else {
      return nil
    }
    return slot
  }

  /// The connection under `tag`; nil when that is gone.
  subscript(tag: UInt64) -> Connection? {
    get { slot(of: tag).flatMap { slots[$0] } }
    set { if let slot = slot(of: tag) { slots[slot] = newValue } }
  }

  /// Forgets a connection.
  mutating func remove(_ tag: UInt64) {
    guard let slot = slot(of: tag) else { return }
    slots[slot] = nil
    generations[slot] &+= 1
    free.append(slot)
  }

  /// Takes out all that are past their deadline.
  mutating func removeExpired(at now: UInt64) -> [Connection] {
    var expired: [Connection] = []
    for slot in slots.indices {
      guard let connection = slots[slot], connection.deadline <= now else { continue }
      slots[slot] = nil
      generations[slot] &+= 1
      free.append(slot)
      expired.append(connection)
    }
    return expired
  }
}
