// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import PeerWire

/// What the peer asks of us.
extension PeerLink {
  /// Keeps a request, or refuses it.
  func request(_ block: BlockRequest) throws(WireError) {
    guard !session.isChoking, wanted.count < engine.policy.requests,
      engine.place(of: block, for: self) != nil
    else {
      try session.chargeRefusal(now: engine.now)
      return session.send(.reject(block), into: &output)
    }
    wanted.append(block)
  }

  /// Whether another answer may wait for the peer beside what it was not yet sent.
  var hasRoom: Bool { output.count < 64 << 10 && context?.channel.isWritable == true }

  /// Blocks that are read or wait for the socket at a time.
  private static let depth = 8

  /// Sends what was asked for, as far as the socket and the bound on uploads allow.
  func sendWanted() {
    while sending < Self.depth, let context, context.channel.isWritable, let block = wanted.first {
      guard engine.mayUpload(Int(block.length)) else { return }
      wanted.removeFirst()
      guard let place = engine.place(of: block, for: self) else {
        session.send(.reject(block), into: &output)
        continue
      }
      send(block, place)
    }
  }

  private func send(_ block: BlockRequest, _ place: SwarmEngine.Place) {
    sending += 1
    place.store.read(place.range).assumeIsolated().whenComplete { result in
      self.sending -= 1
      if var bytes = self.engine.checked(result, place) {
        self.write(block, &bytes)
      } else {
        self.session.send(.reject(block), into: &self.output)
        self.flush()
      }
      self.sendWanted()
    }
  }

  private func write(_ block: BlockRequest, _ bytes: inout ByteBuffer) {
    guard let context else { return }
    flush()
    var buffer = context.channel.allocator.buffer(
      capacity: Message.blockHeaderBytes + bytes.readableBytes)
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Message.blockHeaderBytes) {
      Message.writeBlockHeader(block, to: $0)
      return Message.blockHeaderBytes
    }
    buffer.writeBuffer(&bytes)
    sentLately += UInt64(block.length)
    engine.uploaded(Int(block.length))
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }
}
