// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PeerWire
private import TorrentMetadata

/// What a peer is connected for.
enum PeerTorrent {
  case standard(StandardTorrent)
  case numbered(NumberedSwarm)

  /// Where in a content a piece is.
  struct Piece {
    let content: Catalog.Index
    /// In the file.
    let bytes: Range<UInt64>
    /// How long the piece is to whoever asks: with the zeros after the file's end.
    let length: UInt64

    init(content: Catalog.Index, bytes: Range<UInt64>, length: UInt64? = nil) {
      self.content = content
      self.bytes = bytes
      self.length = length ?? bytes.upperBound - bytes.lowerBound
    }

    /// Whether a block may be asked for: it has bytes of the file, and nothing beyond the piece.
    func has(_ request: BlockRequest) -> Bool {
      request.lies(within: length)
        && UInt64(request.offset) < bytes.upperBound - bytes.lowerBound
    }

    /// The part of a block that is in the file.
    func inFile(_ request: BlockRequest) -> Range<UInt64> {
      let start = bytes.lowerBound + UInt64(request.offset)
      return start..<min(start + UInt64(request.length), bytes.upperBound)
    }
  }

  /// The piece of that index or number, in `catalog`; nil where there is none.
  func piece(_ index: UInt32, in catalog: Catalog) -> Piece? {
    switch self {
    case .standard(let torrent):
      guard index < torrent.pieceCount, let content = catalog.content(torrent.content.sha256)
      else { return nil }
      let start = UInt64(index) * torrent.pieceSize.rawValue
      let end = min(start + torrent.pieceSize.rawValue, torrent.content.size.rawValue)
      // Of v2 torrents libtorrent asks for whole blocks, also of the last one: it lays out files with
      // padding after each (BEP 47), the last among them.
      return Piece(
        content: content, bytes: start..<end,
        length: torrent.form.hasV2 ? torrent.pieceSize.rawValue : nil)
    case .numbered(let swarm):
      let number = PieceNumber(index)
      guard let torrent = swarm.torrent, number >= torrent.floor || swarm.has(index),
        let found = torrent.find(number)
      else { return nil }
      let size = catalog.contents[Int(found.content)].id.size
      return torrent.bytes(ofPiece: found.piece, size: size).map {
        Piece(content: found.content, bytes: $0)
      }
    }
  }
}
