// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

/// A web server on loopback that answers as a test tells it to, also wrongly.
final class ScriptedServer: Sendable {
  /// One request, as it came.
  struct Request: Sendable {
    let target: String
    /// The whole head.
    let text: String
    /// Which connection it came by, counted from 1.
    let connection: Int

    /// The value of a field; nil when it is absent.
    func field(_ name: String) -> String? {
      text.split(separator: "\r\n").dropFirst().first {
        $0.lowercased().hasPrefix(name.lowercased() + ":")
      }.map { line in String(line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) }
    }
  }

  /// What is sent back.
  struct Reply: Sendable {
    var bytes: String
    var closes = false
    /// Says nothing more until the client goes.
    static let silence = Reply(bytes: "")

    init(bytes: String, closes: Bool = false) {
      self.bytes = bytes
      self.closes = closes
    }

    init(_ status: String, _ fields: [String] = [], body: String = "", closes: Bool = false) {
      let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + fields
      self.init(bytes: lines.joined(separator: "\r\n") + "\r\n\r\n" + body, closes: closes)
    }
  }

  typealias Script = @Sendable (Request) -> Reply

  let port: Int
  private let channel: any Channel
  private let log: Log

  private final class Log: Sendable {
    let requests = Mutex<[Request]>([])
    let connections = Mutex(0)
  }

  private init(channel: any Channel, log: Log) {
    self.channel = channel
    self.log = log
    port = channel.localAddress?.port ?? 0
  }

  static func start(_ script: @escaping Script) async throws -> ScriptedServer {
    let log = Log()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        let number = log.connections.withLock { count in
          count += 1
          return count
        }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            Handler(connection: number) { request in
              log.requests.withLock { $0.append(request) }
              return script(request)
            })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return ScriptedServer(channel: channel, log: log)
  }

  /// What was asked so far.
  var requests: [Request] { log.requests.withLock { $0 } }

  func url(_ target: String) -> String { "http://127.0.0.1:\(port)\(target)" }

  func stop() async throws { try await channel.close() }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: Int
    private let answer: Script
    private var text = ""

    init(connection: Int, answer: @escaping Script) {
      self.connection = connection
      self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      text += String(buffer: unwrapInboundIn(data))
      while let end = text.firstRange(of: "\r\n\r\n") {
        let head = String(text[..<end.lowerBound])
        text = String(text[end.upperBound...])
        let words = head.split(separator: " ")
        let reply = answer(
          Request(
            target: words.count > 1 ? String(words[1]) : "", text: head, connection: connection))
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply.bytes)), promise: nil)
        if reply.closes { return context.close(promise: nil) }
      }
    }
  }
}
