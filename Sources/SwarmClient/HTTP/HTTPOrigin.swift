// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Tracker

/// The connections to one origin, and the requests that wait for them. Confined to its event loop.
final class HTTPOrigin {
  let url: HTTPURL.Origin
  private let context: HTTPContext
  /// How far the addresses of this origin may reach: a public server may not send us to a private
  /// address (redirects).
  private let scope: AddressScope
  private var connections: [HTTPConnection] = []
  private var connecting = 0
  private var waiting = CircularBuffer<HTTPExchange>()
  private var isShutDown = false
  /// Of the address last connected to: what redirects from here may lead to.
  private(set) var reachedScope: AddressScope?

  init(_ url: HTTPURL.Origin, scope: AddressScope, context: HTTPContext) {
    self.url = url
    self.scope = scope
    self.context = context
  }

  /// Sends a request as soon as a connection takes it.
  func submit(_ exchange: HTTPExchange) {
    guard !isShutDown else { return exchange.end(.cancelled) }
    waiting.append(exchange)
    pump()
  }

  /// Ends all requests and connections.
  func shutDown() {
    isShutDown = true
    endWaiting(.cancelled)
    for connection in connections { connection.close() }
  }

  private func pump() {
    while let first = waiting.first {
      if first.isOver {
        waiting.removeFirst()
      } else if let connection = leastLoaded() {
        waiting.removeFirst()
        connection.send(first, agent: context.agent)
      } else {
        return
      }
    }
  }

  /// The connection to use; nil where one has to be waited for, which then is on its way.
  private func leastLoaded() -> HTTPConnection? {
    let best = connections.filter(\.isOpen).min { $0.depth < $1.depth }
    if let best, best.depth == 0 { return best }
    if connections.count + connecting < context.limits.connections, connecting < waiting.count {
      connect()
    }
    guard let best, best.depth < context.limits.pipelining else { return nil }
    return best
  }

  private func connect() {
    if url.isSecure {
      do throws(HTTPFailure) { _ = try context.tls.get() } catch { return connectionFailed(error) }
    }
    connecting += 1
    let bound = NIOLoopBound(self, eventLoop: context.loop)
    let (context, url) = (context, url)
    ClientBootstrap(group: context.loop)
      .connectTimeout(context.limits.connectTimeout)
      .resolver(ScopedResolver(loop: context.loop, pool: context.pool, scope: scope))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try HTTPOrigin.prepare(channel, bound.value, context, url)
        }
      }
      .connect(host: url.host, port: url.port)
      .assumeIsolated()
      .whenComplete { result in
        self.connecting -= 1
        switch result {
        case .success(let channel): self.connected(channel)
        case .failure(let error):
          self.connectionFailed(.unreachable(ScopedResolver.reason(error)))
        }
      }
  }

  private static func prepare(
    _ channel: any Channel, _ origin: HTTPOrigin, _ context: HTTPContext, _ url: HTTPURL.Origin
  ) throws {
    let pipeline = channel.pipeline.syncOperations
    if url.isSecure {
      // A certificate for an address is compared with the address itself: names alone go into SNI.
      let name = IPAddress(url.host) == nil ? url.host : nil
      try pipeline.addHandler(
        NIOSSLClientHandler(context: try context.tls.get(), serverHostname: name))
    }
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = context.limits.headerField
    limits.maxHeaderListSize = context.limits.headerBytes
    limits.maxHeaderFieldCount = context.limits.headerFields
    try pipeline.addHandler(HTTPRequestEncoder())
    try pipeline.addHandler(
      ByteToMessageHandler(
        HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)))
    try pipeline.addHandler(HTTPConnection(origin: origin, limits: context.limits))
  }
}

extension HTTPOrigin {
  private func connected(_ channel: any Channel) {
    guard channel.isActive,
      let connection = try? channel.pipeline.syncOperations.handler(type: HTTPConnection.self)
    else { return connectionFailed(.closed) }
    reachedScope = channel.remoteAddress.flatMap { IPAddress($0) }.map { AddressScope($0) }
    connections.append(connection)
    if isShutDown { return connection.close() }
    pump()
  }

  /// A response has ended.
  func freed(_ connection: HTTPConnection) { pump() }

  /// A connection has ended. A server may close one at any time between responses: what it had not
  /// begun to answer is asked again, if the connection was ever good for anything.
  func closed(_ connection: HTTPConnection, unanswered: [HTTPExchange], _ failure: HTTPFailure) {
    connections.removeAll { $0 === connection }
    let isUseless =
      connection.served == 0 && !connection.isDropped || failure == .stalled || isShutDown
    var again: [HTTPExchange] = []
    for exchange in unanswered where !exchange.isOver {
      if exchange.hasBegun || isUseless { exchange.end(failure) } else { again.append(exchange) }
    }
    waiting.insert(contentsOf: again, at: waiting.startIndex)
    if isUseless { connectionFailed(failure) }
    pump()
  }

  private func connectionFailed(_ failure: HTTPFailure) {
    // Others may still bring it; else nobody waits for what will not come.
    guard connections.isEmpty, connecting == 0 else { return }
    endWaiting(failure)
  }

  private func endWaiting(_ failure: HTTPFailure) {
    let all = waiting
    waiting.removeAll()
    for exchange in all { exchange.end(failure) }
  }
}

extension HTTPFailure {
  /// What an error of a connection means.
  init(_ error: any Error) {
    self =
      switch error {
      case let error as NIOSSLError: .insecure("\(error)")
      case let error as BoringSSLError: .insecure("\(error)")
      case let error as NIOSSLExtraError: .insecure("\(error)")
      case HTTPParserError.invalidEOFState: .closed
      case let error as HTTPParserError: .malformed("\(error)")
      default: .closed
      }
  }
}
