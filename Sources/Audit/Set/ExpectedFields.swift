// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import PackagesParser
internal import Publisher

/// Says what our fields of a stanza must be by the ledger, where the stanza has any.
struct ExpectedFields {
  /// The generations that Release lists as current, by architecture.
  let torrents: [String: LedgerKnowledge.Torrent]
  let pieces: PieceReader

  /// Our fields in a stanza as they lie in it: numbers, size, root, hashes, legacy.
  struct Present {
    let reader: StanzaReader
    /// The position of the first of them in the reader's table.
    let first: Int

    func value(_ offset: Int) -> UnsafeRawBufferPointer? { reader.value(first + offset) }

    /// The settings under which these fields, and no others, are written.
    var settings: SuiteSettings {
      var settings = SuiteSettings()
      settings.fields = []
      if value(0) != nil { settings.fields.insert(.numbers) }
      if value(2) != nil { settings.fields.insert(.roots) }
      // A list that would make the stanza too long is left out, and only its size stays.
      if value(3) != nil || value(1) != nil && value(0) == nil { settings.fields.insert(.hashes) }
      settings.legacySHA1 = value(4) != nil
      return settings
    }
  }

  /// Appends to `stanza` what the ledger has for one file; false where it has no number for it.
  func append(
    _ content: ContentID, architecture: String, _ present: Present, to stanza: inout [UInt8]
  ) throws -> Bool {
    guard let fields = try fields(content, architecture, present.value(0)) else { return false }
    ExtendedStanza.append(
      fields, size: content.size, settings: present.settings, start: 0, to: &stanza)
    return true
  }

  /// The same for a source package: of those files that our fields name.
  func append(
    _ files: [SourceFile], _ present: Present, to stanza: inout [UInt8]
  ) throws -> Bool {
    let named = Self.names(present)
    var known: [(name: [UInt8], size: ByteCount, fields: FileFields)] = []
    for file in files where named.keys.contains(file.name) {
      let text = named[file.name] ?? []
      let numbers = text.withUnsafeBytes { PieceNumberRange(field: $0) }
      guard let fields = try fields(file.content, "source", numbers) else { return false }
      known.append((file.name, file.content.size, fields))
    }
    ExtendedStanza.append(known, settings: present.settings, start: 0, to: &stanza)
    return true
  }

  /// The names in the lists, with the numbers that one of them gives.
  private static func names(_ present: Present) -> [[UInt8]: [UInt8]] {
    var names: [[UInt8]: [UInt8]] = [:]
    for (offset, width) in [(2, 2), (1, 2), (3, 3), (0, 2)] {
      guard let text = present.value(offset) else { continue }
      let words = Words(text).map { Array($0) }
      for start in stride(from: 0, to: words.count - words.count % width, by: width) {
        names[words[start + width - 1]] = offset == 0 ? words[start] : []
      }
    }
    return names
  }

  private func fields(
    _ content: ContentID, _ architecture: String, _ numbers: UnsafeRawBufferPointer?
  ) throws -> FileFields? {
    try fields(content, architecture, numbers.flatMap { PieceNumberRange(field: $0) })
  }

  private func fields(
    _ content: ContentID, _ architecture: String, _ numbers: PieceNumberRange?
  ) throws -> FileFields? {
    guard let torrent = torrents[architecture], let row = torrent.find(content, numbers) else {
      return nil
    }
    guard row.numbers.count > 1 else {
      return FileFields(numbers: row.numbers, root: row.root, pieces: nil)
    }
    let size = PieceSize.forFile(of: content.size, base: torrent.record.base)
    return FileFields(
      numbers: row.numbers, root: row.root,
      pieces: try pieces.pieces(of: row.row, pieceSize: size))
  }
}
