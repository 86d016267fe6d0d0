// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PackagesParser

/// What an index publishes of one content's pieces (docs/formats.md section 5), as far as it can be
/// believed.
struct PublishedPieces: Hashable, Sendable {
  /// Nil where the content has several pieces and their hashes are not there.
  let table: PieceTable?
  let numbers: PieceNumberRange?

  /// Reads the fields of `content`; nil where they contradict it or each other: then none of them
  /// may be used.
  init?(_ fields: PieceFieldValues, of content: ContentID) {
    guard content.size != .zero else { return nil }
    let root = fields.root.flatMap { SHA256Digest(hex: $0) }
    let numbers = fields.numbers.flatMap { PieceNumberRange(field: $0) }
    guard (numbers == nil) == (fields.numbers == nil), (root == nil) == (fields.root == nil) else {
      return nil
    }
    self.numbers = numbers
    guard let text = fields.size else {
      // Without a piece size the content is its own single piece.
      guard fields.hashes == nil, let numbers, numbers.count == 1 else { return nil }
      table = PieceTable(single: content, root: root)
      return
    }
    guard let size = decimal(text).flatMap({ PieceSize(rawValue: $0) }),
      size.pieceCount(of: content.size) > 1,
      numbers.map({ $0.count == size.pieceCount(of: content.size) }) ?? true
    else { return nil }
    guard let hashes = fields.hashes else {
      table = nil
      return
    }
    guard let list = Self.hashes(hashes, size, content),
      let table = PieceTable(of: content, pieceSize: size, hashes: list, root: root)
    else { return nil }
    self.table = table
  }

  /// Reads lines of `hash length`; nil unless the lengths are those that size and piece size give.
  private static func hashes(
    _ text: UnsafeRawBufferPointer, _ size: PieceSize, _ content: ContentID
  ) -> [SHA256Digest]? {
    var hashes: [SHA256Digest] = []
    var left = content.size.rawValue
    var words = Words(text)
    while let hash = words.next() {
      guard let digest = SHA256Digest(hex: hash),
        let length = words.next().flatMap({ decimal($0) }),
        left > 0, length == min(left, size.rawValue)
      else { return nil }
      hashes.append(digest)
      left -= length
    }
    return left == 0 ? hashes : nil
  }
}

extension PieceNumberRange {
  /// Reads `4711` or `4711-4713`; nil for anything else.
  init?(field: UnsafeRawBufferPointer) {
    let parts = field.split(separator: 0x2D, omittingEmptySubsequences: false)
    let ends = parts.compactMap { decimal(UnsafeRawBufferPointer(rebasing: $0)) }
    guard ends.count == parts.count, (1...2).contains(ends.count), ends[0] <= ends[ends.count - 1],
      ends[ends.count - 1] < UInt64(UInt32.max)
    else { return nil }
    self.init(
      first: PieceNumber(UInt32(ends[0])), count: UInt32(ends[ends.count - 1] - ends[0] + 1))
  }
}
