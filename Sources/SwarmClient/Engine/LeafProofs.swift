// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PeerWire

/// The leaves of verified pieces, and what proves them against a file's root (BEP 52), for others who
/// ask; 1 KiB for half a megabyte of files.
struct LeafProofs {
  private let files: [PackageFile]
  private let byRoot: [SHA256Digest: Int]
  private var leaves: [PieceKey: [UInt8]] = [:]
  /// Leaves and uncle hashes as others sent them.
  private var answers: [PieceKey: [UInt8]] = [:]
  /// All layers from that of pieces up, of complete files that somebody asked about.
  private var layers: [Int: MerkleLevels] = [:]
  private var complete: Set<Int> = []

  init(_ files: [PackageFile]) {
    self.files = files
    byRoot = Dictionary(
      files.enumerated().compactMap { index, file in file.pieces.root.map { ($0, index) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The digests of the 16 KiB leaves of a piece.
  static func leaves(of piece: UnsafeRawBufferPointer, _ digest: inout StreamDigest) -> [UInt8] {
    var leaves: [UInt8] = []
    for start in stride(from: 0, to: piece.count, by: WireLimits.blockBytes) {
      let end = min(start + WireLimits.blockBytes, piece.count)
      digest.update(UnsafeRawBufferPointer(rebasing: piece[start..<end]))
      digest.finishSHA256().withUnsafeBytes { leaves.append(contentsOf: $0) }
    }
    return leaves
  }

  /// What to ask a peer for, to know the leaves of a piece; nil where there is nothing to be known.
  func range(of key: PieceKey) -> HashRange? {
    let file = files[key.file]
    guard let root = file.pieces.root, let size = Self.span(file.pieces.length) else { return nil }
    return HashProof.leaves(
      root: root, size: file.content.size, pieceSize: size, piece: UInt32(key.piece))
  }

  /// What a piece's leaves span in the tree: a power of two, more than the piece where it is the only
  /// one of its file.
  private static func span(_ length: UInt64) -> PieceSize? {
    guard length > PieceSize.leaf.rawValue else { return .leaf }
    return PieceSize(rawValue: 1 << UInt64(64 - (length - 1).leadingZeroBitCount))
  }

  /// Which piece a range is of; nil where it is none of ours, or not all leaves of one.
  func key(of range: HashRange) -> PieceKey? {
    guard let file = byRoot[range.root], range.count > 0 else { return nil }
    let key = PieceKey(file: file, piece: Int(range.index / range.count))
    guard key.piece < files[file].pieces.count, self.range(of: key) == range else { return nil }
    return key
  }

  /// Leaves that were digested here, or that an answer has proven, with uncle hashes behind them.
  func known(_ key: PieceKey) -> [UInt8]? { leaves[key] ?? answers[key] }

  /// The pieces whose leaves have to be digested before `range` can be answered.
  func lacking(_ range: HashRange, of key: PieceKey) -> [PieceKey] {
    guard answers[key] == nil else { return [] }
    guard range.uncleCount > 0 else { return leaves[key] == nil ? [key] : [] }
    guard complete.contains(key.file), layers[key.file] == nil else { return [] }
    return files[key.file].pieces.hashes.indices.map { PieceKey(file: key.file, piece: $0) }
      .filter { known($0) == nil }
  }

  /// Keeps an answer that was found to prove the root.
  mutating func keep(answer: [UInt8], of key: PieceKey) { answers[key] = answer }

  /// Keeps the leaves of a verified piece.
  mutating func keep(_ leaves: [UInt8], of key: PieceKey) {
    if !leaves.isEmpty { self.leaves[key] = leaves }
  }

  mutating func fileIsComplete(_ file: Int) { complete.insert(file) }

  /// What to answer to a request, `range` being that of `key`; nil where it cannot be proven yet.
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses.
  mutating func answer(_ range: HashRange, of key: PieceKey) throws(ArchiveError) -> [UInt8]? {
    if let answer = answers[key] { return answer }
    guard var answer = leaves[key] else { return nil }
    answer += [UInt8](repeating: 0, count: max(0, 32 * Int(range.count) - answer.count))
    guard range.uncleCount > 0 else { return answer }
    guard complete.contains(key.file), let layers = try layers(of: key.file, range) else {
      return nil
    }
    var index = UInt64(key.piece)
    for level in layers.base..<layers.height {
      guard let uncle = layers.node(index ^ 1, at: level) else { return nil }
      uncle.withUnsafeBytes { answer.append(contentsOf: $0) }
      index /= 2
    }
    return answer
  }

  /// The nodes of a complete file from the layer of its pieces up.
  private mutating func layers(
    of file: Int, _ range: HashRange
  ) throws(ArchiveError) -> MerkleLevels? {
    if let known = layers[file] { return known }
    let base = range.count.trailingZeroBitCount
    var nodes: [UInt8] = []
    for piece in files[file].pieces.hashes.indices {
      guard let leaves = known(PieceKey(file: file, piece: piece)) else { return nil }
      let below = try MerkleLevels(
        Array(leaves.prefix(32 << base)), base: 0, height: base)
      below.root.withUnsafeBytes { nodes.append(contentsOf: $0) }
    }
    let all = try MerkleLevels(nodes, base: base, height: base + range.uncleCount)
    guard all.root == range.root else { return nil }
    layers[file] = all
    return all
  }
}
