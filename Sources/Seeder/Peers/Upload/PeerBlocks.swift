// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import PeerWire

/// Blocks of one content that a disk may have to be waited for.
struct PeerBlocks: Sendable {
  struct Block: Sendable {
    let request: BlockRequest
    /// In the file; what the block has beyond that is zeros.
    private let bytes: Range<UInt64>

    init(_ request: BlockRequest, of piece: PeerTorrent.Piece) {
      self.request = request
      bytes = piece.inFile(request)
    }

    /// Appends the message that has the block; false, and nothing is, unless `read` reads all of it.
    func append(
      to output: inout ByteBuffer, _ read: (UnsafeMutableRawBufferPointer, UInt64) -> Int
    ) -> Bool {
      let length = Int(bytes.upperBound - bytes.lowerBound)
      let total = Message.blockHeaderBytes + Int(request.length)
      let written = output.writeWithUnsafeMutableBytes(minimumWritableBytes: total) { buffer in
        Message.writeBlockHeader(
          request, to: UnsafeMutableRawBufferPointer(rebasing: buffer[..<total]))
        let start = Message.blockHeaderBytes
        let content = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start + length])
        guard read(content, bytes.lowerBound) == length else { return 0 }
        for index in start + length..<total { buffer[index] = 0 }
        return total
      }
      return written == total
    }
  }

  enum Outcome: Sendable {
    /// All blocks with their headers, and the file that they are of.
    case read(ByteBuffer, OpenFile, Place)
    case failed
  }

  let content: Catalog.Index
  let blocks: [Block]
  let catalog: Catalog
  let site: ArchiveSite
  let knowledge: Knowledge

  /// Opens and reads; blocks on the disk.
  func read() -> Outcome {
    guard
      case .held(let file, let place) = HeldContent.open(content, in: catalog, site, knowledge)
    else { return .failed }
    let total = blocks.reduce(0) { $0 + Message.blockHeaderBytes + Int($1.request.length) }
    var output = ByteBufferAllocator().buffer(capacity: total)
    for block in blocks {
      let isRead = block.append(to: &output) { (try? file.read(into: $0, at: $1)) ?? 0 }
      if !isRead { return .failed }
    }
    // After what was read, which may else be of two versions.
    return file.isUnchanged ? .read(output, file, place) : .failed
  }
}
