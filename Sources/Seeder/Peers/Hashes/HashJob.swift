// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PeerWire

/// Makes a hash tree out of the ledger, and the leaves of a piece out of the file.
struct HashJob: Sendable {
  struct Candidate: Sendable {
    let content: ContentID
    /// Of the torrent; nil for any that the content was hashed at.
    let pieceSize: PieceSize?
  }

  struct Result: Sendable {
    let tree: HashTree
    /// Below the piece that the query needs.
    let below: MerkleLevels?
  }

  let root: SHA256Digest
  let query: HashTree.Query
  /// Where it is known already.
  let tree: HashTree?
  let candidates: [Candidate]
  let catalog: Catalog
  let shared: Shared

  /// Nil where no candidate has that root, or its file cannot be read now. Blocks.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  func run() throws(ArchiveError) -> Result? {
    let known: HashTree? = if let tree { tree } else { try findTree() }
    guard let tree = known, tree.canAnswer(query, limit: shared.limits.hashNodes)
    else { return nil }
    guard let piece = tree.piece(for: query) else { return Result(tree: tree, below: nil) }
    return try leaves(of: piece, tree).map { Result(tree: tree, below: $0) }
  }

  private func findTree() throws(ArchiveError) -> HashTree? {
    guard let view = try shared.ledger.view() else { return nil }
    for candidate in candidates {
      let stored =
        if let pieceSize = candidate.pieceSize {
          try view.stored(candidate.content, pieceSize: pieceSize)
        } else {
          try view.stored(candidate.content)
        }
      if let stored, stored.digests.root == root { return try HashTree(stored) }
    }
    return nil
  }

  /// The tree below a piece, from its bytes; they are checked against the node above them.
  private func leaves(of piece: UInt64, _ tree: HashTree) throws(ArchiveError) -> MerkleLevels? {
    guard let range = tree.bytes(ofPiece: piece),
      range.upperBound - range.lowerBound <= shared.limits.hashedPieceBytes,
      let content = catalog.content(tree.content.sha256),
      case .held(let file, let place) = HeldContent.open(
        content, in: catalog, shared.site, shared.knowledge),
      let nodes = try Self.leaves(of: file, range)
    else { return nil }
    let levels = try MerkleLevels(nodes, base: 0, height: tree.layer.base)
    if levels.root == tree.layer.node(piece, at: tree.layer.base) { return levels }
    // Written to, or forgotten by the disk: whoever reads all of it will know.
    if let path = place.path { shared.knowledge.suspect(path, tree.content) }
    return nil
  }

  private static func leaves(
    of file: OpenFile, _ range: Range<UInt64>
  ) throws(ArchiveError) -> [UInt8]? {
    var digest = try StreamDigest(.sha256)
    var nodes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Int(PieceSize.leaf.rawValue), alignment: 4096)
    defer { buffer.deallocate() }
    var position = range.lowerBound
    while position < range.upperBound {
      let count = Int(min(UInt64(buffer.count), range.upperBound - position))
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      guard try file.read(into: part, at: position) == count else { return nil }
      digest.update(UnsafeRawBufferPointer(part))
      digest.finishSHA256().withUnsafeBytes { nodes += $0 }
      position += UInt64(count)
    }
    return nodes
  }
}
