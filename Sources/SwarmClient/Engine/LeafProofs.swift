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
  private var layers: [Int: [[SHA256Digest]]] = [:]
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

  /// Leaves that an answer has proven, or an earlier one.
  func known(_ key: PieceKey) -> [UInt8]? { leaves[key] ?? answers[key] }

  /// The pieces whose leaves have to be digested before `range` can be answered.
  func lacking(_ range: HashRange, of key: PieceKey) -> [PieceKey] {
    guard answers[key] == nil else { return [] }
    guard range.uncleCount > 0 else { return leaves[key] == nil ? [key] : [] }
    guard complete.contains(key.file), layers[key.file] == nil else { return [] }
    return files[key.file].pieces.hashes.indices.map { PieceKey(file: key.file, piece: $0) }
      .filter { leaves[$0] == nil }
  }

  /// Keeps an answer that was found to prove the root.
  mutating func keep(answer: [UInt8], of key: PieceKey) { answers[key] = answer }

  /// Keeps the leaves of a verified piece.
  mutating func keep(_ leaves: [UInt8], of key: PieceKey) {
    if !leaves.isEmpty { self.leaves[key] = leaves }
  }

  mutating func fileIsComplete(_ file: Int) { complete.insert(file) }

  /// What to answer to a request, `range` being that of `key`; nil where it cannot be proven yet.
  mutating func answer(
    _ range: HashRange, of key: PieceKey, _ digest: inout StreamDigest
  ) -> [UInt8]? {
    if let answer = answers[key] { return answer }
    guard var answer = leaves[key] else { return nil }
    answer += [UInt8](repeating: 0, count: max(0, 32 * Int(range.count) - answer.count))
    guard range.uncleCount > 0 else { return answer }
    guard complete.contains(key.file), let layers = layers(of: key.file, range, &digest) else {
      return nil
    }
    var index = key.piece
    for layer in layers.prefix(range.uncleCount) {
      guard index ^ 1 < layer.count else { return nil }
      layer[index ^ 1].withUnsafeBytes { answer.append(contentsOf: $0) }
      index /= 2
    }
    return answer
  }

  /// The nodes of a complete file from the layer of its pieces up, padded.
  private mutating func layers(
    of file: Int, _ range: HashRange, _ digest: inout StreamDigest
  ) -> [[SHA256Digest]]? {
    if let known = layers[file] { return known }
    var layer: [SHA256Digest] = []
    for piece in 0..<(1 << range.uncleCount) {
      var nodes = leaves[PieceKey(file: file, piece: piece)] ?? []
      guard !nodes.isEmpty || piece >= files[file].pieces.count else { return nil }
      nodes += [UInt8](repeating: 0, count: 32 * Int(range.count) - nodes.count)
      layer.append(Self.fold(nodes, &digest))
    }
    var all = [layer]
    while let last = all.last, last.count > 1 {
      all.append(
        stride(from: 0, to: last.count, by: 2).map {
          Self.fold(last[$0].bytes + last[$0 + 1].bytes, &digest)
        })
    }
    guard all.last?.first == range.root else { return nil }
    layers[file] = all
    return all
  }

  private static func fold(_ nodes: [UInt8], _ digest: inout StreamDigest) -> SHA256Digest {
    let range = HashRange(
      root: .zero, layer: 0, index: 0, count: UInt32(nodes.count / 32),
      proofLayers: UInt32((nodes.count / 32).trailingZeroBitCount) - 1)
    return nodes.withUnsafeBytes { HashProof.root(of: range, $0, &digest) } ?? .zero
  }
}
