// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import NIOPosix
internal import PeerWire

/// Answers hash requests (BEP 52) of one event loop's peers; keeps what it was asked for last.
final class HashAnswers {
  /// What is kept under the root of its file's tree: the tree, or what is below one of its pieces.
  private struct Key: Hashable {
    let root: SHA256Digest
    let piece: UInt64?
  }
  private enum Kept {
    case tree(HashTree)
    case leaves(MerkleLevels)

    var byteCount: Int {
      switch self {
      case .tree(let tree): tree.layer.byteCount
      case .leaves(let levels): levels.byteCount
      }
    }
  }
  private unowned let worker: Worker
  private var kept: [Key: Kept] = [:]
  private var bytes = 0

  init(_ worker: Worker) { self.worker = worker }

  /// Finds the nodes and uncles of `range`; nil where the torrent has no such tree, or not now.
  func answer(
    _ range: HashRange, of torrent: PeerTorrent, _ done: @escaping ([UInt8]?) -> Void
  ) {
    let query = HashTree.Query(
      level: Int(range.layer), first: UInt64(range.index), count: UInt64(range.count),
      proofLevels: Int(range.proofLayers))
    let candidates = candidates(range.root, torrent)
    guard !candidates.isEmpty else { return done(nil) }
    let tree = tree(range.root)
    if let tree {
      guard tree.canAnswer(query, limit: worker.limits.hashNodes) else { return done(nil) }
      let piece = tree.piece(for: query)
      let below = piece.flatMap { leaves(range.root, $0) }
      if piece == nil || below != nil { return done(tree.answer(query, below: below)) }
    }
    let job = HashJob(
      root: range.root, query: query, tree: tree, candidates: candidates, catalog: worker.catalog,
      shared: worker.shared)
    let made = worker.shared.pool.runIfActive(eventLoop: worker.loop) { try job.run() }
    made.assumeIsolated().whenComplete { result in
      guard let result = (try? result.get()).flatMap({ $0 }) else { return done(nil) }
      self.keep(.tree(result.tree), Key(root: range.root, piece: nil))
      if let piece = result.tree.piece(for: query), let below = result.below {
        self.keep(.leaves(below), Key(root: range.root, piece: piece))
      }
      done(result.tree.answer(query, below: result.below))
    }
  }

  /// The contents that may have that root; of a standard torrent its own alone.
  private func candidates(
    _ root: SHA256Digest, _ torrent: PeerTorrent
  ) -> [HashJob.Candidate] {
    switch torrent {
    case .standard(let torrent):
      torrent.root == root
        ? [HashJob.Candidate(content: torrent.content, pieceSize: torrent.pieceSize)] : []
    case .numbered:
      worker.hashes.contents(root: root).map { HashJob.Candidate(content: $0, pieceSize: nil) }
    }
  }

  private func tree(_ root: SHA256Digest) -> HashTree? {
    guard case .tree(let tree)? = kept[Key(root: root, piece: nil)] else { return nil }
    return tree
  }

  private func leaves(_ root: SHA256Digest, _ piece: UInt64) -> MerkleLevels? {
    guard case .leaves(let levels)? = kept[Key(root: root, piece: piece)] else { return nil }
    return levels
  }

  private func keep(_ value: Kept, _ key: Key) {
    guard kept[key] == nil else { return }
    if bytes + value.byteCount > worker.limits.hashTreeBytes {
      kept = [:]
      bytes = 0
    }
    kept[key] = value
    bytes += value.byteCount
  }
}
