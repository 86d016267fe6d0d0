// SPDX-License-Identifier: Apache-2.0

import Glibc
import Tracker

/// Which contents each peer of the simulated field holds: the same for the same peer, whenever asked.
struct Holdings {
  let contents: Int
  /// Contents of one popularity lie together; so many have each.
  private let classSize: Int
  /// The share of peers that hold a content, by class.
  let shares: [Double]

  /// A field of `contents` contents, of which each peer holds `perPeer` on the average.
  ///
  /// Five sixths of the classes fall off as a power of their rank, from a content that four of five
  /// peers hold; the others are so rare that some have no holder at all.
  init(contents: Int, perPeer: Double) {
    let classes = 60
    self.contents = contents
    classSize = contents / classes
    let rare = [400, 200, 100, 50, 20, 10, 5, 2, 1, 0.5].map { $0 / 1_000_000 }
    let powers = (1...classes - rare.count).map { pow(Double($0), -1.8) }
    let scale = perPeer / Double(classSize) / powers.reduce(0, +)
    shares = powers.map { min(0.98, $0 * scale) } + rare
  }

  func share(of content: Int) -> Double { shares[content / classSize] }

  /// Calls `body` with each content that `peer` holds, in order.
  func forEach(of peer: Int, _ body: (Int) -> Void) {
    var random = SwarmRandom(seed: UInt64(peer) &* 0x9E37_79B9_7F4A_7C15 &+ 77)
    for (index, share) in shares.enumerated() {
      let start = index * classSize
      // How many are passed over until the next is held: geometrically distributed.
      let scale = 1 / log(1 - share)
      var content = start
      while true {
        let uniform = Double(random.next() >> 11 | 1) * 0x1p-53
        let skip = log(uniform) * scale
        if skip >= Double(classSize) { break }
        content += Int(skip)
        if content >= start + classSize { break }
        body(content)
        content += 1
      }
    }
  }
}
