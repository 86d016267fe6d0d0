// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PeerWire

/// One piece on its way from one peer, block by block.
///
/// Blocks are asked for when the digests of the piece's leaves are known and proven, so that the first
/// bad one is found out as it comes; where nobody can say them, the whole piece is checked in the end.
final class PieceTransfer {
  /// What is known of the piece's 16 KiB leaves.
  enum Leaves {
    /// They were asked for.
    case awaited(HashRange)
    /// 32 bytes each, proven against the file's root.
    case known([UInt8])
    /// Nobody says them, or the piece has one only.
    case unknown
  }

  let key: PieceKey
  let number: UInt32
  let buffer: PieceBuffer
  var leaves: Leaves
  private var requested: Set<Int> = []
  private var received: Set<Int> = []
  private var nextBlock = 0

  init(_ key: PieceKey, number: UInt32, length: Int, leaves: Leaves) {
    self.key = key
    self.number = number
    buffer = PieceBuffer(length: length)
    self.leaves = leaves
  }

  private static let blockBytes = WireLimits.blockBytes

  private var blocks: Int { (buffer.length + Self.blockBytes - 1) / Self.blockBytes }

  /// Whether blocks may be asked for.
  var isReady: Bool {
    if case .awaited = leaves { return false }
    return true
  }

  var isComplete: Bool { received.count == blocks }

  /// How many blocks were asked for and have not come.
  var outstanding: Int { requested.count }

  /// How many blocks have not been asked for.
  var remainingToAsk: Int { blocks - requested.count - received.count }

  /// The next block to ask for, which is then under way.
  func next() -> BlockRequest? {
    while nextBlock < blocks, received.contains(nextBlock) || requested.contains(nextBlock) {
      nextBlock += 1
    }
    guard nextBlock < blocks else { return nil }
    requested.insert(nextBlock)
    defer { nextBlock += 1 }
    return request(nextBlock)
  }

  private func request(_ block: Int) -> BlockRequest {
    let offset = block * Self.blockBytes
    return BlockRequest(
      piece: number, offset: UInt32(offset),
      length: UInt32(min(Self.blockBytes, buffer.length - offset)))
  }

  /// All blocks under way, to be cancelled.
  var underWay: [BlockRequest] { requested.map { request($0) } }

  /// Nothing is under way any more; what has come stays.
  func forgetRequests() {
    requested.removeAll()
    nextBlock = 0
  }

  /// A block that was asked for will not come.
  func rejected(_ block: BlockRequest) -> Bool {
    let index = Int(block.offset) / Self.blockBytes
    guard requested.remove(index) != nil else { return false }
    nextBlock = min(nextBlock, index)
    return true
  }

  /// What came of a block.
  enum Outcome {
    case taken
    /// It is not what the leaf's digest says.
    case bad
    /// Nobody asked for it.
    case unasked
  }

  /// Takes a block over if it is what it should be.
  func take(
    _ bytes: UnsafeRawBufferPointer, at offset: UInt32, _ digest: inout StreamDigest
  ) -> Outcome {
    let index = Int(offset) / Self.blockBytes
    guard Int(offset) == index * Self.blockBytes, index < blocks,
      bytes.count == Int(request(index).length), requested.contains(index)
    else { return .unasked }
    if case .known(let leaves) = leaves {
      digest.update(bytes)
      let leaf = digest.finishSHA256()
      let isGood = leaf.withUnsafeBytes { $0.elementsEqual(leaves[32 * index..<32 * index + 32]) }
      guard isGood else { return .bad }
    }
    requested.remove(index)
    received.insert(index)
    buffer.put(bytes, at: Int(offset))
    return .taken
  }

  /// Bytes that have come.
  var receivedBytes: Int { received.reduce(0) { $0 + Int(request($1).length) } }
}
