// SPDX-License-Identifier: Apache-2.0

/// Which suite each content of a catalog is in, in a byte each.
struct SuiteTable: Sendable {
  /// What stands for contents that several suites have.
  static let several = "several suites"

  private let names: [String]
  private let slots: [UInt8]

  /// Of so many contents, which `torrents` number.
  init(contents count: Int, _ torrents: [CatalogTorrent]) {
    // Nobody mirrors more than 253 suites; those after them are of none.
    var names = ["", Self.several]
    var slots = [UInt8](repeating: 0, count: count)
    for torrent in torrents {
      let known = names.firstIndex(of: torrent.suite)
      if known == nil { names.append(torrent.suite) }
      guard let slot = UInt8(exactly: known ?? names.count - 1) else { continue }
      for numbers in torrent.numbers where Int(numbers.content) < count {
        let now = slots[Int(numbers.content)]
        slots[Int(numbers.content)] = now == 0 || now == slot ? slot : 1
      }
    }
    self.names = names
    self.slots = slots
  }

  func name(of content: Catalog.Index) -> String {
    Int(content) < slots.count ? names[Int(slots[Int(content)])] : ""
  }
}
