// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import NIOCore
internal import PeerWire

/// A connection to a peer of a numbered torrent: what it says goes to the engine, what is asked of it
/// and what it asks for is kept here. Confined to the engine's loop.
final class PeerLink: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What the engine knows it by.
  let id: Int
  /// Where it was connected to; nil when it connected to us.
  let endpoint: Endpoint?
  /// The address it has.
  let address: IPAddress?
  /// Kept until the connection has ended, of which it has to be told.
  let engine: SwarmEngine
  var session: PeerSession
  var torrent: TorrentID?
  /// Whether both sides have said everything that comes first.
  var isOpen = false
  private(set) var context: ChannelHandlerContext?
  private var received = ByteBuffer()
  /// What is sent when the event that is being handled is done with.
  var output: [UInt8] = []
  private var isReading = false
  /// Nothing that comes after this is looked at.
  private(set) var isClosing = false
  let began: Duration
  /// Peers whose other connection ended while this one's handshake was waited for.
  var outlived: Set<PeerID> = []
  private var lastSaid: Duration

  // What is asked of the peer.
  var transfers: [PieceTransfer] = []
  /// How many blocks may be under way: one, until it has shown that it sends good ones.
  var window = 1
  var lastProgress: Duration
  /// How often it did not send what it said to have.
  var broken = 0

  // What the peer asks for.
  var wanted = CircularBuffer<BlockRequest>()
  var sending = 0
  /// When it was last told of others.
  var exchanged: Duration?
  /// Bytes sent since peers were last compared.
  var sentLately: UInt64 = 0

  init(
    id: Int, endpoint: Endpoint?, address: IPAddress?, torrent: TorrentID?, engine: SwarmEngine
  ) {
    self.id = id
    self.endpoint = endpoint
    self.address = address
    self.torrent = torrent
    self.engine = engine
    began = engine.now
    lastProgress = engine.now
    lastSaid = engine.now
    session = PeerSession(now: engine.now)
  }

  var isInitiator: Bool { endpoint != nil }

  /// Whether this is the archive's own seeder.
  var isMirror: Bool { session.peerNumbered?.isMirror == true }

  /// Where others can connect to it; nil where that is not known.
  var listening: Endpoint? {
    if let endpoint { return endpoint }
    guard let address, let port = session.extended?.port else { return nil }
    return Endpoint(address, port: port)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    received = context.channel.allocator.buffer(capacity: 4096)
    if context.channel.isActive { start() }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) { start() }

  private func start() {
    engine.connected(self)
    if let torrent { greet(torrent) }
    flush()
  }

  /// Says what comes first.
  private func greet(_ torrent: TorrentID) {
    guard let state = engine.state(of: torrent), let hash = InfoHash(bytes: torrent.bytes) else {
      return close()
    }
    session.begin(.numbered(state))
    Handshake(infoHash: hash, peerID: engine.peerID, features: [.extensions, .fast])
      .append(to: &output)
    session.send(engine.extendedHandshake(state, to: address), into: &output)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var part = unwrapInboundIn(data)
    if received.readableBytes == 0 { swap(&received, &part) } else { received.writeBuffer(&part) }
    read()
  }

  private func read() {
    guard !isReading else { return }
    isReading = true
    do throws(WireError) {
      while !isClosing, try readEvent() {}
    } catch {
      engine.failed(self, error)
    }
    isReading = false
    guard !isClosing else { return received.clear() }
    received.discardReadBytes()
    if received.readableBytes == 0, received.capacity > 64 << 10 { received = ByteBuffer() }
    engine.serve(self)
    flush()
  }

  /// Handles one event; false when more bytes have to come.
  private func readEvent() throws(WireError) -> Bool {
    var consumed = 0
    let now = engine.now
    let result = received.withUnsafeReadableBytes { bytes -> Result<Bool, WireError> in
      Result { () throws(WireError) in
        guard let event = try session.next(bytes, consumed: &consumed, now: now) else {
          return false
        }
        try take(event)
        return true
      }
    }
    received.moveReaderIndex(forwardBy: consumed)
    return try result.get()
  }

  private func take(_ event: PeerEvent) throws(WireError) {
    switch event {
    case .handshake(let handshake): try shake(handshake)
    case .extended: engine.extended(self)
    case .request(let block): try request(block)
    case .cancel(let block): wanted.removeAll { $0 == block }
    default: try engine.take(event, from: self)
    }
  }

  private func shake(_ handshake: Handshake) throws(WireError) {
    guard handshake.features.isSuperset(of: [.extensions, .fast]) else { throw .notNumbered }
    if let torrent {
      guard handshake.infoHash.bytes == torrent.bytes else { throw .protocolName }
    } else {
      guard let torrent = TorrentID(bytes: handshake.infoHash.bytes),
        engine.state(of: torrent) != nil
      else { throw .protocolName }
      self.torrent = torrent
      greet(torrent)
    }
    guard engine.mayKeep(self, handshake.peerID) else { return close() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { engine.serve(self) }
    flush()
  }

  func channelInactive(context: ChannelHandlerContext) { engine.closed(self) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  /// Sends what was gathered.
  func flush() {
    guard !output.isEmpty, let context, !isReading else { return }
    var buffer = context.channel.allocator.buffer(capacity: output.count)
    buffer.writeBytes(output)
    output.removeAll(keepingCapacity: output.capacity <= 64 << 10)
    lastSaid = engine.now
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }

  /// Says something small to keep the connection, where nothing was said for long (BEP 3).
  func keepAlive() {
    guard isOpen, engine.now - lastSaid > .seconds(100) else { return }
    session.send(.keepAlive, into: &output)
    flush()
  }

  /// Sends what is left and closes.
  func close() {
    isClosing = true
    isReading = false
    flush()
    context?.close(promise: nil)
  }
}
