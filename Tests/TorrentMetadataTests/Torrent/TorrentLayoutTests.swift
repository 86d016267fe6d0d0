// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing
import TorrentMetadata

@Suite("A torrent's layout")
struct TorrentLayoutTests {
  private let leaf = PieceSize.leaf
  private let double = PieceSize(rawValue: 32 << 10) ?? .leaf

  private func layout(_ sizes: [UInt64], isPadded: Bool = false) -> TorrentLayout {
    TorrentLayout(sizes: sizes.map { ByteCount($0) }, pieceSize: leaf, isPadded: isPadded)
  }

  @Test("lets pieces run over the borders of files")
  func unpadded() {
    let layout = layout([16384, 0, 10, 20000])
    #expect(layout.total == 36394)
    #expect(layout.pieceCount == 3)
    #expect(layout.segments(of: 0).map(\.file) == [0])
    #expect(layout.segments(of: 1).map(\.file) == [2, 3])
    #expect(layout.segments(of: 1).map(\.range) == [0..<10, 0..<16374])
    #expect(layout.segments(of: 2).map(\.range) == [16374..<20000])
    #expect(layout.segments(of: 3).isEmpty)
  }

  @Test("moves each file to a piece's border where it is padded")
  func padded() {
    let layout = layout([16384, 0, 10, 20000], isPadded: true)
    #expect(layout.entries.map(\.file) == [0, 1, 2, nil, 3, nil])
    #expect(layout.entries.map(\.offset) == [0, 16384, 16384, 16394, 32768, 52768])
    #expect(layout.total == 65536)
    #expect(layout.segments(of: 1).map(\.file) == [2, nil])
    #expect(layout.segments(of: 1).map(\.range) == [0..<10, 0..<16374])
  }

  @Test("finds pieces that were hashed with the file alone")
  func stored() {
    let layout = layout([32768, 10, 16384])
    let sizes = [leaf, leaf, leaf]
    #expect(layout.source(of: 0, stored: sizes) == .stored(file: 0, piece: 0))
    #expect(layout.source(of: 1, stored: sizes) == .stored(file: 0, piece: 1))
    #expect(layout.source(of: 2, stored: sizes) == .data(layout.segments(of: 2)))
    #expect(layout.bytesToRead(stored: sizes) == 16394)
  }

  @Test("takes the last piece of the last file, however short")
  func lastPiece() {
    let layout = layout([16384, 10])
    #expect(layout.source(of: 1, stored: [leaf, leaf]) == .stored(file: 1, piece: 0))
    #expect(layout.source(of: 1, stored: [leaf, double]) == .stored(file: 1, piece: 0))
    #expect(layout.bytesToRead(stored: [leaf, leaf]) == 0)
  }

  @Test("reads what was cut into other pieces")
  func otherPieces() {
    let layout = layout([32768])
    #expect(layout.source(of: 0, stored: [double]) == .data(layout.segments(of: 0)))
    #expect(layout.bytesToRead(stored: [double]) == 32768)
  }

  @Test("reads no padding")
  func paddingUnread() {
    #expect(layout([10, 16384], isPadded: true).bytesToRead(stored: [leaf, leaf]) == 10)
  }

  @Test("of a v2 set has the largest piece size of its files")
  func common() {
    #expect(TorrentLayout.commonPieceSize(of: [leaf, double, leaf]) == double)
    #expect(TorrentLayout.commonPieceSize(of: []) == nil)
  }
}
