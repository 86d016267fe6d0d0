// SPDX-License-Identifier: Apache-2.0

/// Cuts an index into blocks at stanza boundaries, by content.
///
/// Where a block ends depends on the names of the packages near its end alone, so a new version
/// of one package changes one block and all others come from the cache.
struct BlockCutter {
  /// No block is cut below this many bytes.
  static let minimum = 512 << 10
  /// A block ends here at the latest, but for one larger stanza.
  static let maximum = 2 << 20
  // One stanza in 512 may end a block: with stanzas of about 1 KiB, blocks of about 1 MiB.
  private static let mask: UInt64 = 511

  /// Whether a block of `size` bytes ends after a stanza of the package called `name`.
  static func endsBlock(size: Int, name: UnsafeRawBufferPointer) -> Bool {
    if size >= maximum { return true }
    return size >= minimum && hash(name) & mask == 0
  }

  /// FNV-1a with a final mix: stable over machines and versions, which a seeded hash is not.
  private static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash ^ hash >> 29
  }
}
