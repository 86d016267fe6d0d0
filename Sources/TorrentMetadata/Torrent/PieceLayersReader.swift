// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Reads the `piece layers` of BEP 52 and checks each against the root of its file.
struct PieceLayersReader {
  private let pieceLength: UInt64
  private let isNeeded: Bool
  /// The sizes of the files that need a layer.
  private var sizes: [SHA256Digest: UInt64] = [:]

  init(_ info: TorrentInfo) {
    pieceLength = info.pieceLength.rawValue
    isNeeded = info.form.hasV2
    for file in info.files where file.size.rawValue > pieceLength {
      if let root = file.root { sizes[root] = file.size.rawValue }
    }
  }

  /// The layers of a torrent; a file with more than one piece cannot be checked without its own.
  func read(_ torrent: BencodeValue) throws(ArchiveError) -> [SHA256Digest: [UInt8]] {
    guard let dictionary = torrent["piece layers"] else {
      guard sizes.isEmpty else { throw torrent.failure("expected a key 'piece layers'") }
      return [:]
    }
    guard isNeeded, let pieceSize = PieceSize(rawValue: pieceLength) else {
      throw dictionary.failure("'piece layers' in a torrent without hash trees")
    }
    var layers: [SHA256Digest: [UInt8]] = [:]
    var arithmetic = try PieceLayer()
    for (key, value) in try dictionary.dictionary("'piece layers'") {
      let layer = try value.bytes("a piece layer")
      guard let root = SHA256Digest(Array(key)), let size = sizes[root] else {
        throw value.failure("a piece layer of no file in the torrent")
      }
      let expected = (size - 1) / pieceLength + 1
      guard layer.count == expected * 32 else {
        throw value.failure("a piece layer of \(layer.count) bytes, expected \(expected * 32)")
      }
      guard arithmetic.root(of: layer, pieceSize: pieceSize) == root else {
        throw value.failure("a piece layer does not have the root \(root)")
      }
      layers[root] = Array(layer)
    }
    guard let missing = sizes.keys.filter({ layers[$0] == nil }).min() else { return layers }
    throw dictionary.failure("no piece layer for the root \(missing)")
  }
}
