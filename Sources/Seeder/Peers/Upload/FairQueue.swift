// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Who waits for a turn: networks take turns, in each its addresses, in each its connections.
///
/// One network with a thousand connections gets as much as another with one.
package struct FairQueue<Element> {
  private struct Network {
    /// Addresses in the order of their turns.
    var turns = CircularBuffer<NetworkKey>()
    var waiting: [NetworkKey: CircularBuffer<Element>] = [:]
  }
  private var turns = CircularBuffer<NetworkKey>()
  private var networks: [NetworkKey: Network] = [:]
  package private(set) var count = 0

  package init() {}

  package var isEmpty: Bool { count == 0 }

  /// Puts `element` behind those of the same address.
  package mutating func append(_ element: Element, _ key: NetworkKey) {
    let outer = key.networkOnly
    if networks[outer] == nil {
      networks[outer] = Network()
      turns.append(outer)
    }
    if networks[outer]?.waiting[key] == nil {
      networks[outer]?.turns.append(key)
      networks[outer]?.waiting[key] = CircularBuffer()
    }
    networks[outer]?.waiting[key]?.append(element)
    count += 1
  }

  /// Takes the one whose turn it is; its address and its network are last from then on.
  package mutating func next() -> Element? {
    guard let outer = turns.popFirst() else { return nil }
    guard let key = networks[outer]?.turns.popFirst(),
      let element = networks[outer]?.waiting[key]?.popFirst()
    else { return nil }
    count -= 1
    if networks[outer]?.waiting[key]?.isEmpty == true {
      networks[outer]?.waiting[key] = nil
    } else {
      networks[outer]?.turns.append(key)
    }
    if networks[outer]?.turns.isEmpty == true {
      networks[outer] = nil
    } else {
      turns.append(outer)
    }
    return element
  }
}
