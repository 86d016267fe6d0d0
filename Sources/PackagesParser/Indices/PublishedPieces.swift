// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// What an index publishes of one content's pieces (docs/formats.md section 5), as far as it can be
/// believed.
package struct PublishedPieces: Hashable, Sendable {
  package let content: ContentID
  package let numbers: PieceNumberRange?
  /// Nil where the content is its own single piece.
  package let size: PieceSize?
  /// One for each piece; nil where the content has several and they are not there.
  package let hashes: [SHA256Digest]?
  /// BEP 52's `pieces root`.
  package let root: SHA256Digest?

  /// Reads the fields of `content`; nil where they contradict it or each other: then none of them
  /// may be used.
  package init?(_ fields: PieceFieldValues, of content: ContentID) {
    guard content.size != .zero else { return nil }
    self.content = content
    root = fields.root.flatMap { SHA256Digest(hex: $0) }
    numbers = fields.numbers.flatMap { PieceNumberRange(field: $0) }
    guard (numbers == nil) == (fields.numbers == nil), (root == nil) == (fields.root == nil) else {
      return nil
    }
    guard let text = fields.size else {
      // Without a piece size the content is its own single piece.
      guard fields.hashes == nil, let numbers, numbers.count == 1 else { return nil }
      size = nil
      hashes = [content.sha256]
      return
    }
    guard let size = decimal(text).flatMap({ PieceSize(rawValue: $0) }),
      size.pieceCount(of: content.size) > 1,
      numbers.map({ $0.count == size.pieceCount(of: content.size) }) ?? true
    else { return nil }
    self.size = size
    hashes = fields.hashes.flatMap { Self.hashes($0, size, content) }
    guard (hashes == nil) == (fields.hashes == nil) else { return nil }
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
  package init?(field: UnsafeRawBufferPointer) {
    let parts = field.split(separator: 0x2D, omittingEmptySubsequences: false)
    let ends = parts.compactMap { decimal(UnsafeRawBufferPointer(rebasing: $0)) }
    guard ends.count == parts.count, (1...2).contains(ends.count), ends[0] <= ends[ends.count - 1],
      ends[ends.count - 1] < UInt64(UInt32.max)
    else { return nil }
    self.init(
      first: PieceNumber(UInt32(ends[0])), count: UInt32(ends[ends.count - 1] - ends[0] + 1))
  }
}
