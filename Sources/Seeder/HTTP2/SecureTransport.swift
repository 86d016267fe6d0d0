// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import NIOHTTP2
internal import NIOSSL
internal import NIOTLS
internal import Synchronization

/// TLS, and what ALPN agrees on within it: HTTP/2 or HTTP/1.1.
final class SecureTransport: Sendable {
  private let files: TLSFiles
  private let context: Mutex<NIOSSLContext>

  /// Reads certificates and key.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) when they cannot be read or do not fit.
  init(_ files: TLSFiles) throws(ArchiveError) {
    self.files = files
    context = Mutex(try Self.read(files))
  }

  /// Reads certificates and key anew, for the connections to come.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) when they cannot be used; those in use stay.
  func reload() throws(ArchiveError) {
    let new = try Self.read(files)
    context.withLock { $0 = new }
  }

  private static func read(_ files: TLSFiles) throws(ArchiveError) -> NIOSSLContext {
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
      configuration.applicationProtocols = ["h2", "http/1.1"]
      configuration.minimumTLSVersion = .tlsv12
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw ArchiveError(
        .configuration, "cannot use the certificate or its key: \(error)",
        at: ArchiveError.Place(file: files.certificate),
        advice: "both are PEM files; the key must be the certificate's")
    }
  }

  func configure(
    _ channel: any Channel, worker: Worker, verdict: Admission.Verdict, address: SocketAddress?
  ) throws {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(NIOSSLServerHandler(context: context.withLock { $0 }))
    try pipeline.addHandler(
      HandshakeDeadline(limit: TimeAmount(worker.limits.header)), name: "handshake")
    try pipeline.addHandler(
      ApplicationProtocolNegotiationHandler { result, channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if case .negotiated("h2") = result, verdict == .served {
            try HTTP2Connection.configure(channel, worker: worker, address: address)
          } else {
            try pipeline.addHandler(
              HTTP1Connection(worker: worker, copies: true, verdict: verdict, address: address))
          }
        }
      })
  }
}

/// Closes a connection whose handshake takes too long.
private final class HandshakeDeadline: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let limit: TimeAmount
  private var deadline: Scheduled<Void>?

  init(limit: TimeAmount) { self.limit = limit }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    deadline = context.eventLoop.scheduleTask(in: limit) { bound.value.close(promise: nil) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted = event { deadline?.cancel() }
    context.fireUserInboundEventTriggered(event)
  }

  func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    context.fireChannelInactive()
  }
}
