// SPDX-License-Identifier: Apache-2.0

/// What the tracker answers for: every id that is handed out, and what it stands for.
///
/// Never changed once made; a new one replaces it whole.
public final class TorrentRegistry: Sendable {
  /// What an id is.
  public enum Form: UInt8, Hashable, Sendable, CaseIterable {
    /// A numbered torrent's own id.
    case numbered
    /// An info hash of a standard torrent: SHA-1 of its info dictionary (BEP 3), or SHA-256 of it,
    /// truncated (BEP 52).
    case standard
  }

  struct Entry: Sendable {
    let id: SwarmID
    let name: Range<UInt32>
    let form: Form
    /// Which of the numbered torrents, for those.
    let numbered: UInt32
  }

  /// Whether an id that is not here is answered for as well: for tests.
  public let isOpen: Bool
  private let entries: [Entry]
  /// Positions in `entries`, counted from 1, 0 for none; a power of two of them.
  private let slots: [UInt32]
  private let names: [UInt8]
  public let numberedTorrents: [NumberedTorrent]
  /// One more than the greatest number of a content.
  public let contentCount: Int

  /// A registry without a torrent.
  public convenience init(isOpen: Bool = false) { self.init(Builder(), isOpen: isOpen) }

  /// Takes what was gathered.
  public init(_ builder: Builder, isOpen: Bool = false) {
    self.isOpen = isOpen
    entries = builder.entries
    names = builder.names
    numberedTorrents = builder.numbered
    contentCount = builder.numbered.map(\.contentCount).max() ?? 0
    var count = 16
    while count < entries.count * 2 { count *= 2 }
    var slots = [UInt32](repeating: 0, count: count)
    for (position, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.id.spread(0)) & (count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (count - 1) }
      slots[slot] = UInt32(position + 1)
    }
    self.slots = slots
  }

  /// How many ids there are.
  public var count: Int { entries.count }

  @inline(__always)
  private func find(_ id: SwarmID) -> Int? {
    var slot = Int(truncatingIfNeeded: id.spread(0)) & (slots.count - 1)
    while slots[slot] != 0 {
      let position = Int(slots[slot]) - 1
      if entries[position].id == id { return position }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Whether the tracker answers for `id`.
  @inline(__always)
  public func admits(_ id: SwarmID) -> Bool { isOpen || find(id) != nil }

  /// The numbered torrent of this id; nil when it is not one.
  public func numberedTorrent(_ id: SwarmID) -> NumberedTorrent? {
    guard let position = find(id), entries[position].form == .numbered else { return nil }
    return numberedTorrents[Int(entries[position].numbered)]
  }

  /// What an id stands for, in words for people; nil when it is not here.
  public func description(of id: SwarmID) -> (form: Form, name: String)? {
    guard let position = find(id) else { return nil }
    let entry = entries[position]
    let name = names[Int(entry.name.lowerBound)..<Int(entry.name.upperBound)]
    return (entry.form, String(decoding: name, as: UTF8.self))
  }
}

extension TorrentRegistry {
  /// Gathers what a registry is made of.
  public struct Builder: Sendable {
    fileprivate var entries: [Entry] = []
    fileprivate var names: [UInt8] = []
    fileprivate var numbered: [NumberedTorrent] = []

    public init() {}

    /// Adds a numbered torrent.
    public mutating func add(_ torrent: NumberedTorrent) {
      add([torrent.id], .numbered, torrent.name, numbered: UInt32(numbered.count))
      numbered.append(torrent)
    }

    /// Adds ids of something that is called `name`.
    public mutating func add(_ ids: [SwarmID], _ form: Form, _ name: String) {
      add(ids, form, name, numbered: 0)
    }

    private mutating func add(_ ids: [SwarmID], _ form: Form, _ name: String, numbered: UInt32) {
      let start = UInt32(clamping: names.count)
      names.append(contentsOf: name.utf8)
      let range = start..<max(start, UInt32(clamping: names.count))
      for id in ids {
        entries.append(Entry(id: id, name: range, form: form, numbered: numbered))
      }
    }
  }
}
