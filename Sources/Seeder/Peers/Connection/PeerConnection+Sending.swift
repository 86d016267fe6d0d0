// SPDX-License-Identifier: Apache-2.0

private import CLinux
internal import NIOCore
internal import PeerWire

/// From messages to bytes on the socket.
extension PeerConnection {
  /// Puts a message into the worker's buffer.
  func say(_ message: Message) {
    speak { session, output in session.send(message, into: &output) }
  }

  /// Puts what `body` writes into the worker's buffer.
  func speak(_ body: (inout PeerSession, inout [UInt8]) -> Void) {
    hub.outbox.removeAll(keepingCapacity: true)
    var output: [UInt8] = []
    swap(&output, &hub.outbox)
    body(&session, &output)
    worker.scratch.writeBytes(output)
    swap(&output, &hub.outbox)
  }

  /// Writes what was put together.
  func flush() {
    guard worker.scratch.readableBytes > 0 else { return }
    defer { worker.scratch.clear() }
    guard let context else { return }
    said = worker.clock.uptime
    progress.add(worker.scratch.readableBytes)
    if socket >= 0, queued == 0 {
      let socket = socket
      worker.scratch.readWithUnsafeReadableBytes { bytes in
        guard let base = bytes.baseAddress else { return 0 }
        return max(0, archive_send(socket, base, bytes.count, 0))
      }
      if worker.scratch.readableBytes == 0 { return }
    }
    // A copy: the worker's buffer is needed again at once. Where the socket is lost, the channel
    // finds that out, and ends the connection.
    var rest = context.channel.allocator.buffer(capacity: worker.scratch.readableBytes)
    rest.writeImmutableBuffer(worker.scratch)
    enqueue(rest, context)
  }

  /// Writes what was read elsewhere.
  func send(_ bytes: ByteBuffer) {
    flush()
    guard let context else { return }
    said = worker.clock.uptime
    progress.add(bytes.readableBytes)
    enqueue(bytes, context)
  }

  /// Leaves bytes to the channel.
  private func enqueue(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    let count = bytes.readableBytes
    if queued == 0 { progress.begin(worker.clock.uptime) }
    queued += count
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in self.wrote(count) }
    context.writeAndFlush(wrapOutboundOut(.byteBuffer(bytes)), promise: written)
  }

  private func wrote(_ count: Int) {
    queued -= count
    guard phase != .closed else { return }
    if queued == 0, !requests.isEmpty {
      worker.clock.refresh()
      waitForTurn()
      hub.run()
    }
    resumeReading()
  }

  /// Waits for a turn, where there is something to send and it can be taken.
  func waitForTurn() {
    guard !isQueued, hasSlot, queued == 0, !isReading, !requests.isEmpty else { return }
    isQueued = true
    hub.enqueue(self)
  }

  /// Sends blocks; returns how many bytes that were.
  func takeTurn() -> Int {
    isQueued = false
    guard phase == .open, hasSlot, queued == 0, !isReading else { return 0 }
    let sent = serve(worker.limits.peerTurnBytes)
    flush()
    waitForTurn()
    return sent
  }

  /// Gives or takes the right to ask.
  func setSlot(_ has: Bool) {
    guard has != hasSlot, phase == .open else { return }
    hasSlot = has
    hub.slotsTaken += has ? 1 : -1
    slotSince = worker.clock.uptime
    say(has ? .unchoke : .choke)
    // BEP 6: what was asked for before is answered or rejected; BEP 3: it is forgotten.
    if !has {
      while let request = requests.popFirst() { reject(request) }
    }
    flush()
  }

  /// Refuses a request, where BEP 6 has a word for that.
  func reject(_ request: BlockRequest) {
    hub.counters.rejects += 1
    if session.shared.contains(.fast) { say(.reject(request)) }
  }
}
