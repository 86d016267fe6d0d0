// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// How a file is cut into pieces, and by which hash each of them is checked.
///
/// A file of which nobody published pieces is one piece, whatever its size, checked by its own
/// SHA-256: nothing is ever unchecked.
package struct PieceTable: Hashable, Sendable {
  /// Bytes of every piece but the last, which has the rest.
  package let length: UInt64
  package let size: ByteCount
  /// As the index lists them, one for each piece; a single piece has the file's own.
  package let hashes: [SHA256Digest]
  /// BEP 52's `pieces root`, where it is known.
  package let root: SHA256Digest?
  /// Whether this is how the publisher cut the file, not for want of anything better one piece.
  package let isPublished: Bool

  /// The pieces of `content` as an index lists them; nil when there are not as many `hashes` as
  /// pieces, or when the only one is not the file's own.
  package init?(
    of content: ContentID, pieceSize: PieceSize, hashes: [SHA256Digest], root: SHA256Digest?
  ) {
    guard hashes.count == Int(pieceSize.pieceCount(of: content.size)) else { return nil }
    guard hashes.count != 1 || hashes[0] == content.sha256 else { return nil }
    length = pieceSize.rawValue
    size = content.size
    self.hashes = hashes
    self.root = root
    isPublished = true
  }

  /// The single piece that a publisher made of `content`, which is not empty.
  init(single content: ContentID, root: SHA256Digest?) {
    length = content.size.rawValue
    size = content.size
    hashes = [content.sha256]
    self.root = root
    isPublished = true
  }

  /// One piece, the whole of `content`; none when it is empty.
  package init(whole content: ContentID) {
    length = max(1, content.size.rawValue)
    size = content.size
    hashes = content.size == .zero ? [] : [content.sha256]
    root = nil
    isPublished = false
  }

  /// How many pieces; an empty file has none.
  package var count: Int { hashes.count }

  /// The bytes of the piece at `index` in the file, counted from 0.
  package func range(of index: Int) -> Range<UInt64> {
    let start = UInt64(index) * length
    return start..<min(start + length, size.rawValue)
  }

  /// Which piece holds the byte at `offset`.
  package func index(at offset: UInt64) -> Int { Int(offset / length) }
}
