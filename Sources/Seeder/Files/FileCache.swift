// SPDX-License-Identifier: Apache-2.0

private import Glibc

/// Files that are open, by the request target that asked for them; confined to one event loop.
///
/// A table of its own, because a dictionary would need the target's bytes as an array for each
/// look-up. Room is made by the clock algorithm: the hand passes over what was asked for since its
/// last round.
struct FileCache {
  private var slots: [CachedFile] = []
  private var byHash: [Int: Int] = [:]
  private var hand = 0
  private let capacity: Int

  /// At most `capacity` files are kept open.
  init(capacity: Int) { self.capacity = max(1, capacity) }

  var count: Int { slots.count }

  /// The hash of a target, seeded for this process: nobody outside can make targets collide.
  @inline(__always)
  static func hash(_ target: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: target)
    return hasher.finalize()
  }

  /// The file that `target` asked for before.
  @inline(__always)
  func find(_ target: UnsafeRawBufferPointer, hash: Int) -> CachedFile? {
    guard let slot = byHash[hash] else { return nil }
    let file = slots[slot]
    let isSame = file.target.withUnsafeBytes { known in
      guard known.count == target.count, let a = known.baseAddress, let b = target.baseAddress
      else { return known.count == target.count }
      return memcmp(a, b, known.count) == 0
    }
    return isSame ? file : nil
  }

  /// Keeps `file`, in place of what answered to its target before.
  mutating func insert(_ file: CachedFile) {
    let hash = file.target.withUnsafeBytes { Self.hash($0) }
    if let slot = byHash[hash] {
      slots[slot] = file
    } else if slots.count < capacity {
      byHash[hash] = slots.count
      slots.append(file)
    } else {
      let slot = makeRoom()
      byHash[slots[slot].target.withUnsafeBytes { Self.hash($0) }] = nil
      slots[slot] = file
      byHash[hash] = slot
    }
  }

  private mutating func makeRoom() -> Int {
    while true {
      let slot = hand
      hand = (hand + 1) % slots.count
      if !slots[slot].isRecent { return slot }
      slots[slot].isRecent = false
    }
  }

  /// Forgets `file`; requests that are under way keep it open.
  mutating func remove(_ file: CachedFile) {
    let hash = file.target.withUnsafeBytes { Self.hash($0) }
    guard let slot = byHash[hash], slots[slot] === file else { return }
    removeSlot(slot, hash)
  }

  private mutating func removeSlot(_ slot: Int, _ hash: Int) {
    byHash[hash] = nil
    let last = slots.removeLast()
    if slot < slots.count {
      slots[slot] = last
      byHash[last.target.withUnsafeBytes { Self.hash($0) }] = slot
    }
    hand = slots.isEmpty ? 0 : hand % slots.count
  }

  /// Forgets what nobody asked for since the last call, so that no deleted file takes up the disk
  /// for long.
  mutating func trim() {
    var slot = 0
    while slot < slots.count {
      if slots[slot].isRecent {
        slots[slot].isRecent = false
        slot += 1
      } else {
        removeSlot(slot, slots[slot].target.withUnsafeBytes { Self.hash($0) })
      }
    }
  }

  /// Calls `body` for each file.
  func forEach(_ body: (CachedFile) -> Void) { slots.forEach(body) }

  /// Forgets everything.
  mutating func removeAll() {
    slots = []
    byHash = [:]
    hand = 0
  }
}
