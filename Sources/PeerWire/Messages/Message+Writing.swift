// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

extension Message {
  /// Appends `length 4 | id 1 | payload`; a message that was read as unknown has no form and is left
  /// out.
  public func append(to output: inout [UInt8]) {
    switch self {
    case .keepAlive: output.append(bigEndian: UInt32(0))
    case .choke: Self.begin(MessageID.choke, 0, &output)
    case .unchoke: Self.begin(MessageID.unchoke, 0, &output)
    case .interested: Self.begin(MessageID.interested, 0, &output)
    case .notInterested: Self.begin(MessageID.notInterested, 0, &output)
    case .have(let piece): Self.append(MessageID.have, piece, &output)
    case .bitfield(let bits): Self.append(MessageID.bitfield, bits, &output)
    case .request(let block): Self.append(MessageID.request, block, &output)
    case .block(let piece, let offset, let bytes):
      Self.begin(MessageID.block, 8 + bytes.count, &output)
      output.append(bigEndian: piece)
      output.append(bigEndian: offset)
      output.append(contentsOf: bytes)
    case .cancel(let block): Self.append(MessageID.cancel, block, &output)
    case .port(let port):
      Self.begin(MessageID.port, 2, &output)
      output.append(bigEndian: port)
    case .suggest(let piece): Self.append(MessageID.suggest, piece, &output)
    case .haveAll: Self.begin(MessageID.haveAll, 0, &output)
    case .haveNone: Self.begin(MessageID.haveNone, 0, &output)
    case .reject(let block): Self.append(MessageID.reject, block, &output)
    case .allowedFast(let piece): Self.append(MessageID.allowedFast, piece, &output)
    case .extended(let id, let bytes):
      Self.begin(MessageID.extended, 1 + bytes.count, &output)
      output.append(id)
      output.append(contentsOf: bytes)
    case .hashRequest(let range): Self.append(MessageID.hashRequest, range, [], &output)
    case .hashes(let range, let hashes):
      Self.append(MessageID.hashes, range, hashes, &output)
    case .hashReject(let range): Self.append(MessageID.hashReject, range, [], &output)
    case .unknown: break
    }
  }

  private static func begin(_ id: UInt8, _ payload: Int, _ output: inout [UInt8]) {
    output.append(bigEndian: UInt32(1 + payload))
    output.append(id)
  }

  private static func append(_ id: UInt8, _ number: UInt32, _ output: inout [UInt8]) {
    begin(id, 4, &output)
    output.append(bigEndian: number)
  }

  private static func append(
    _ id: UInt8, _ bytes: UnsafeRawBufferPointer, _ output: inout [UInt8]
  ) {
    begin(id, bytes.count, &output)
    output.append(contentsOf: bytes)
  }

  private static func append(_ id: UInt8, _ block: BlockRequest, _ output: inout [UInt8]) {
    begin(id, BlockRequest.byteCount, &output)
    block.append(to: &output)
  }

  private static func append(
    _ id: UInt8, _ range: HashRange, _ hashes: some Collection<UInt8>, _ output: inout [UInt8]
  ) {
    begin(id, HashRange.byteCount + hashes.count, &output)
    range.append(to: &output)
    output.append(contentsOf: hashes)
  }

  /// Length of a block's message before its bytes.
  public static let blockHeaderBytes = 13

  /// Writes what stands before the `block.length` bytes of a block to the first 13 bytes of `output`,
  /// so that the bytes can be read to where they belong.
  public static func writeBlockHeader(
    _ block: BlockRequest, to output: UnsafeMutableRawBufferPointer
  ) {
    precondition(output.count >= blockHeaderBytes, "a block's header needs 13 bytes")
    output.storeBytes(of: (9 + block.length).bigEndian, as: UInt32.self)
    output[4] = MessageID.block
    output.storeBytes(of: block.piece.bigEndian, toByteOffset: 5, as: UInt32.self)
    output.storeBytes(of: block.offset.bigEndian, toByteOffset: 9, as: UInt32.self)
  }
}
