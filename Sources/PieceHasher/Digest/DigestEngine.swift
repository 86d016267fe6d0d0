// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel

/// The arithmetic below everything in this module, and the only place that chooses its kernel.
///
/// A chunk is handed over together with all the digests it goes into, so that a kernel is free to
/// run them side by side. Here they run one after the other (libcrypto), over bytes that stay in
/// the cache. Contexts are made once; no call allocates.
struct DigestEngine: ~Copyable {
  private var file: StreamDigest
  private var pieceSHA256: StreamDigest
  private var pieceSHA1: StreamDigest
  private var leaf: StreamDigest

  /// Makes the contexts of one worker.
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses an algorithm.
  init() throws(ArchiveError) {
    let file = try StreamDigest(.sha256)
    let pieceSHA256 = try StreamDigest(.sha256)
    let pieceSHA1 = try StreamDigest(.sha1)
    let leaf = try StreamDigest(.sha256)
    self.file = file
    self.pieceSHA256 = pieceSHA256
    self.pieceSHA1 = pieceSHA1
    self.leaf = leaf
  }

  /// Takes the next bytes into `chains`, and writes the digest of each leaf in `chunk` to
  /// `leaves` when `chains` asks for leaves.
  ///
  /// `chunk` begins at a leaf; one that ends within a leaf is the last of its file.
  mutating func absorb(
    _ chunk: UnsafeRawBufferPointer, into chains: DigestChains,
    leaves: UnsafeMutableBufferPointer<SHA256Digest>
  ) {
    if chains.contains(.file) { file.update(chunk) }
    if chains.contains(.pieceSHA256) { pieceSHA256.update(chunk) }
    if chains.contains(.pieceSHA1) { pieceSHA1.update(chunk) }
    guard chains.contains(.leaves) else { return }
    for start in stride(from: 0, to: chunk.count, by: leafLength) {
      let end = min(start + leafLength, chunk.count)
      leaf.update(UnsafeRawBufferPointer(rebasing: chunk[start..<end]))
      leaves[start / leafLength] = leaf.finishSHA256()
    }
  }

  /// The whole file's digest; the next file may begin.
  mutating func finishFile() -> SHA256Digest { file.finishSHA256() }

  /// The piece's SHA-256; the next piece may begin.
  mutating func finishPieceSHA256() -> SHA256Digest { pieceSHA256.finishSHA256() }

  /// The piece's SHA-1; the next piece may begin.
  mutating func finishPieceSHA1() -> SHA1Digest {
    SHA1Digest { pieceSHA1.finish(into: $0) }
  }

  /// The node above `left` and `right` in a hash tree.
  mutating func node(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
    left.withUnsafeBytes { leaf.update($0) }
    right.withUnsafeBytes { leaf.update($0) }
    return leaf.finishSHA256()
  }

  /// Forgets what a file or piece given up in its middle has left behind.
  mutating func reset() {
    _ = finishFile()
    _ = finishPieceSHA256()
    _ = finishPieceSHA1()
  }
}

/// The bytes of one leaf, as a length in memory.
let leafLength = Int(PieceSize.leaf.rawValue)
