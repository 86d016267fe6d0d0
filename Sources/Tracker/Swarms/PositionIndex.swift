// SPDX-License-Identifier: Apache-2.0

/// Finds a peer's position in a list: open addressing with linear probing (Knuth 6.4, algorithm L
/// and deletion by algorithm R), two bytes a slot as long as two bytes can hold a position.
struct PositionIndex: Sendable {
  private var cells: [UInt16] = []
  private(set) var slots = 0
  private var isWide = false

  private static let none = 0xFFFF

  /// How many positions it takes before it has to be rebuilt: beyond four fifths, runs get long.
  var room: Int { isWide ? slots / 5 * 4 : min(slots / 5 * 4, Self.none) }

  var bytes: Int { cells.capacity * 2 }

  /// An index for `count` positions, with room for a quarter more, and nothing in it.
  init(for count: Int) {
    isWide = count + count / 4 >= Self.none
    slots = count + count / 2 + count / 16 + 8
    cells = [UInt16](repeating: UInt16(Self.none), count: isWide ? slots * 2 : slots)
  }

  init() {}

  private subscript(slot: Int) -> Int? {
    @inline(__always) get {
      if !isWide {
        let cell = Int(cells[slot])
        return cell == Self.none ? nil : cell
      }
      let cell = Int(cells[slot * 2]) | Int(cells[slot * 2 + 1]) << 16
      return cell == 0xFFFF_FFFF ? nil : cell
    }
    @inline(__always) set {
      let cell = newValue ?? 0xFFFF_FFFF
      if isWide {
        cells[slot * 2] = UInt16(truncatingIfNeeded: cell)
        cells[slot * 2 + 1] = UInt16(truncatingIfNeeded: cell >> 16)
      } else {
        cells[slot] = UInt16(truncatingIfNeeded: cell)
      }
    }
  }

  @inline(__always)
  private func home(_ spread: UInt32) -> Int { Int((UInt64(spread) &* UInt64(slots)) >> 32) }

  @inline(__always)
  private func next(_ slot: Int) -> Int { slot + 1 == slots ? 0 : slot + 1 }

  /// The position that `matches`, among those spread alike.
  @inline(__always)
  func find(_ spread: UInt32, where matches: (Int) -> Bool) -> Int? {
    var slot = home(spread)
    while let position = self[slot] {
      if matches(position) { return position }
      slot = next(slot)
    }
    return nil
  }

  /// Adds a position; there must be room.
  @inline(__always)
  mutating func insert(_ position: Int, _ spread: UInt32) {
    var slot = home(spread)
    while self[slot] != nil { slot = next(slot) }
    self[slot] = position
  }

  /// Notes that what was at `a` is at `b`, and the other way round.
  mutating func swap(_ a: Int, _ spreadA: UInt32, _ b: Int, _ spreadB: UInt32) {
    guard let slotA = slot(of: a, spreadA), let slotB = slot(of: b, spreadB) else { return }
    self[slotA] = b
    self[slotB] = a
  }

  private func slot(of position: Int, _ spread: UInt32) -> Int? {
    var slot = home(spread)
    while let found = self[slot] {
      if found == position { return slot }
      slot = next(slot)
    }
    return nil
  }

  /// Takes a position out and closes the gap, so that no run is interrupted.
  mutating func remove(_ position: Int, _ spread: UInt32, spreadOf: (Int) -> UInt32) {
    guard var gap = slot(of: position, spread) else { return }
    var slot = next(gap)
    while let other = self[slot] {
      let home = home(spreadOf(other))
      // Whether its home lies at or before the gap, going round.
      if (slot - home + slots) % slots >= (slot - gap + slots) % slots {
        self[gap] = other
        gap = slot
      }
      slot = next(slot)
    }
    self[gap] = nil
  }
}
