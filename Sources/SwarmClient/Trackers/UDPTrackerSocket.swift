// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import NIOPosix

/// A socket of each address family, and the announces that go over them; confined to its loop.
final class UDPTrackerSocket {
  private struct Pending {
    var exchange: UDPTrackerExchange
    let addresses: [SocketAddress]
    let finish: (Result<TrackerAnswer, TrackerFailure>, SocketAddress) -> Void

    /// The one that is asked.
    var address: SocketAddress { addresses[exchange.place] }
  }

  private let loop: any EventLoop
  private var channels: [Bool: any Channel] = [:]
  private var pending: [Int: Pending] = [:]
  private var nextID = 0
  private var random = SystemRandomNumberGenerator()

  init(loop: any EventLoop) { self.loop = loop }

  /// Announces to the tracker at the first of `addresses`, of which there is one at least, that answers;
  /// `finish` is called once, with the last that was asked.
  func announce(
    _ request: TrackerRequest, to addresses: [SocketAddress],
    _ finish: @escaping (Result<TrackerAnswer, TrackerFailure>, SocketAddress) -> Void
  ) {
    let id = nextID
    nextID += 1
    let isV6 = addresses.map { $0.protocol == .inet6 }
    pending[id] = Pending(
      exchange: UDPTrackerExchange(request, isV6: isV6, now: Self.now, using: &random),
      addresses: addresses, finish: finish)
    send(id)
  }

  /// Closes the sockets; what is under way ends.
  func close() {
    for channel in channels.values { channel.close(promise: nil) }
    channels.removeAll()
    for id in pending.keys.sorted() { end(id, .failure(.unreachable("stopped"))) }
  }

  private static var now: Duration { .nanoseconds(Int64(NIODeadline.now().uptimeNanoseconds)) }

  /// Sends a datagram, by a socket that is opened for it where there is none.
  private func transmit(_ bytes: [UInt8], _ id: Int) {
    guard let address = pending[id]?.address else { return }
    let isV6 = address.protocol == .inet6
    if let channel = channels[isV6] {
      let envelope = AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: bytes))
      return channel.writeAndFlush(envelope, promise: nil)
    }
    let bound = NIOLoopBound(self, eventLoop: loop)
    DatagramBootstrap(group: loop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(UDPTrackerHandler(socket: bound.value))
        }
      }
      .bind(host: isV6 ? "::" : "0.0.0.0", port: 0)
      .assumeIsolated()
      .whenComplete { result in
        switch result {
        case .failure(let error):
          let failure = TrackerFailure.unreachable(ScopedResolver.reason(error))
          // The next address may be one of the other family.
          let hasNext = self.pending[id]?.exchange.skip(now: Self.now) ?? false
          if hasNext { self.send(id) } else { self.end(id, .failure(failure)) }
        case .success(let channel):
          // Another announce may have opened one meanwhile.
          if self.channels[isV6] == nil {
            self.channels[isV6] = channel
          } else {
            channel.close(promise: nil)
          }
          self.transmit(bytes, id)
        }
      }
  }

  /// Sends what is due, and looks again when the next is.
  private func send(_ id: Int) {
    do throws(TrackerFailure) {
      if let bytes = try pending[id]?.exchange.datagram(at: Self.now) { transmit(bytes, id) }
    } catch {
      return end(id, .failure(error))
    }
    guard let deadline = pending[id]?.exchange.deadline else { return }
    let delay = max(.zero, deadline - Self.now).components
    let pause = TimeAmount.nanoseconds(
      delay.seconds * 1_000_000_000 + delay.attoseconds / 1_000_000_000)
    loop.assumeIsolated().scheduleTask(in: pause) { [weak self] in
      guard let self, let entry = self.pending[id], entry.exchange.deadline <= Self.now else {
        return
      }
      self.send(id)
    }
  }

  fileprivate func received(_ bytes: [UInt8], from address: SocketAddress) {
    for (id, entry) in pending where entry.address == address {
      do throws(TrackerFailure) {
        let before = entry.exchange.deadline
        let answer = try pending[id]?.exchange.receive(bytes, at: Self.now, using: &random)
        if let answer { return end(id, .success(answer)) }
        if pending[id]?.exchange.deadline != before { return send(id) }
      } catch {
        return end(id, .failure(error))
      }
    }
  }

  private func end(_ id: Int, _ result: Result<TrackerAnswer, TrackerFailure>) {
    guard let entry = pending.removeValue(forKey: id) else { return }
    entry.finish(result, entry.address)
  }
}

/// Hands datagrams to their socket.
private final class UDPTrackerHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private weak var socket: UDPTrackerSocket?

  init(socket: UDPTrackerSocket) { self.socket = socket }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    socket?.received(Array(envelope.data.readableBytesView), from: envelope.remoteAddress)
  }

  /// A refused datagram is no reason to close: others go elsewhere.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
