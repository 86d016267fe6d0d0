// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import PeerWire

/// One connection of a peer that came for pieces; we ask for none ourselves.
///
/// The handler alone is the pipeline. Requests wait in a bounded queue until it is their turn in the
/// hub's; then blocks are read next to their headers into the worker's buffer and sent at once.
final class PeerConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  enum Phase {
    case handshake
    /// Finding out what torrent was asked for.
    case looking
    case open
    case closed
  }

  let worker: Worker
  let address: SocketAddress?
  let key: NetworkKey
  private let verdict: Admission.Verdict
  private(set) var context: ChannelHandlerContext?
  var phase = Phase.handshake
  var session: PeerSession
  private(set) var torrent: PeerTorrent?
  /// What it asked for, until it is its turn.
  var requests = CircularBuffer<BlockRequest>()
  /// Whether it waits for its turn.
  var isQueued = false
  /// Whether a disk is waited for.
  var isReading = false
  var hasSlot = false
  /// Since when it has a slot, or waits for one.
  var slotSince: NIODeadline
  /// When it connected, or last became interested or ceased to be.
  var since: NIODeadline
  /// When something was last said to it.
  var said: NIODeadline
  /// Parts of the info dictionary that it may still ask for.
  var metadataLeft = 0
  var hashBudget: HashBudget
  var progress = SendProgress()
  private var input = ByteBuffer()
  /// The descriptor, for what the kernel takes at once; negative after the end.
  private(set) var socket: CInt = -1
  /// Bytes that the channel has yet to send.
  var queued = 0
  var readIsHeld = false
  /// Whether a peer of a numbered torrent was told what there is of it.
  var isGreeted = false
  /// Whether messages are being taken; what is said then goes out at their end.
  private(set) var isProcessing = false

  init(worker: Worker, verdict: Admission.Verdict, address: SocketAddress?) {
    self.worker = worker
    self.verdict = verdict
    self.address = address
    key = NetworkKey(address)
    since = worker.clock.uptime
    slotSince = since
    said = since
    hashBudget = HashBudget(worker.limits, now: since)
    session = PeerSession(
      features: [.extensions, .fast, .v2], now: worker.clock.uptime.sinceBoot)
  }

  var hub: PeerHub { worker.peers }
  var isInterested: Bool { session.isPeerInterested }
  /// The program that it says to be; nil before it has said anything.
  var client: String? { session.handshake.map { ClientName.of($0.peerID) } }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { begin(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  private func begin(_ context: ChannelHandlerContext) {
    worker.clock.refresh()
    since = worker.clock.uptime
    said = since
    worker.add(self)
    hub.add(self)
    let number = try? context.channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { $0 }
    socket = number.flatMap { $0 } ?? -1
    // Where there is no room, whoever wants nothing makes some.
    if verdict == .turnedAway, !(worker.shared.peerAdmission.isFull && hub.makeRoom(for: self)) {
      end(.full)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { finish() }

  private func finish() {
    if torrent != nil, let hash = session.handshake?.infoHash { hub.torrents.leave(hash) }
    torrent = nil
    phase = .closed
    socket = -1
    context = nil
    if hasSlot { hub.slotsTaken -= 1 }
    hasSlot = false
    requests = CircularBuffer()
    worker.remove(self)
    hub.remove(self)
  }

  /// A peer that says nothing more has gone.
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event { return closeNow() }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if input.readableBytes == 0 {
      input = bytes
    } else {
      input.discardReadBytes()
      input.writeBuffer(&bytes)
    }
    process()
  }

  /// A peer that does not take what it asked for is read no further, nor one whose torrent is being
  /// looked up.
  func read(context: ChannelHandlerContext) {
    if queued > worker.limits.peerOutputBytes || phase == .looking {
      readIsHeld = true
    } else {
      context.read()
    }
  }

  /// Reads on, where that was held back.
  func resumeReading() {
    guard readIsHeld, phase != .looking, queued <= worker.limits.peerOutputBytes / 2 else { return }
    readIsHeld = false
    context?.read()
  }

  /// Takes all messages that are there.
  func process() {
    guard !isProcessing else { return }
    isProcessing = true
    defer { isProcessing = false }
    worker.clock.refresh()
    var bytes = input
    input = ByteBuffer()
    do throws(WireError) {
      while phase != .closed, try takeNext(&bytes) {}
      if phase != .closed, bytes.readableBytes > 0 { input = bytes }
    } catch {
      refuse(error)
    }
    flush()
    hub.run()
  }

  private func takeNext(_ bytes: inout ByteBuffer) throws(WireError) -> Bool {
    var result: Result<Bool, WireError> = .success(false)
    bytes.readWithUnsafeReadableBytes { span in
      var consumed = 0
      do throws(WireError) {
        let event = try session.next(span, consumed: &consumed, now: worker.clock.uptime.sinceBoot)
        if let event { try take(event) }
        result = .success(event != nil)
      } catch {
        result = .failure(error)
      }
      return consumed
    }
    return try result.get()
  }

  /// The torrent was found, and is counted as used.
  func settle(_ torrent: PeerTorrent) {
    self.torrent = torrent
    phase = .open
    hub.settle(self)
  }

  /// Ends the connection, which is counted as such.
  func end(_ reason: PeerCounters.End) {
    guard phase != .closed else { return }
    hub.counters.count(reason)
    phase = .closed
    closeNow()
  }

  func closeNow() { context?.close(promise: nil) }

  /// Called from time to time.
  func checkDeadlines() {
    guard let context, phase != .closed else { return }
    let limits = worker.limits
    let now = worker.clock.uptime
    if phase != .open {
      if now - since >= TimeAmount(limits.peerHandshake) { end(.handshakeTimeout) }
      return
    }
    let unsent =
      queued == 0
      ? 0 : (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? queued
    if unsent > 0, progress.isTooSlow(unsent: unsent, now: now, limits: limits) {
      return end(.slow)
    }
    if now.sinceBoot - session.lastHeard >= limits.peerIdle, queued == 0 { return end(.idle) }
    if now - said >= TimeAmount(limits.peerKeepAlive) {
      say(.keepAlive)
      flush()
    }
  }
}

extension PeerConnection: Served {
  /// A peer asks somebody else.
  func drain() { closeNow() }
}

extension NIODeadline {
  /// The time as a session counts it.
  var sinceBoot: Duration { .nanoseconds(Int64(clamping: uptimeNanoseconds)) }
}
