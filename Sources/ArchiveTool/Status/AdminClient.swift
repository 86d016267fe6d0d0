// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import Glibc
internal import NIOCore
private import NIOPosix
internal import Seeder

/// Asks the admin listener of a running daemon.
struct AdminClient {
  /// Where it listens.
  let address: ListenAddress

  /// No daemon has more to say.
  private static let limit = 16 << 20
  private static let patience = TimeAmount.seconds(10)

  /// The body of the answer to a GET of `path`.
  ///
  /// - Throws: `ArchiveError`: EX_UNAVAILABLE when nobody listens, does not answer in time, or
  ///   answers something else than 200.
  func get(_ path: String) async throws -> String {
    let response = try await exchange(
      "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
    guard let end = response.firstRange(of: Array("\r\n\r\n".utf8)) else {
      throw unavailable("the answer is no HTTP", advice: "does another program listen there?")
    }
    let line = String(decoding: response.prefix { $0 != 0x0D }, as: UTF8.self)
    let status = line.split(separator: " ")
    guard status.count >= 2, status[0].hasPrefix("HTTP/1."), status[1] == "200" else {
      throw unavailable(
        "the answer to \(path) is \(LogLine.clean(line))",
        advice: "name the address of Admin or --admin, which is not the public one")
    }
    return String(decoding: response[end.upperBound...], as: UTF8.self)
  }

  private var host: String {
    if case .unix = address { return "localhost" }
    return address.description
  }

  private func exchange(_ request: String) async throws -> [UInt8] {
    do {
      let channel = try await connect()
      let deadline = channel.channel.eventLoop.scheduleTask(in: Self.patience) {
        channel.channel.close(promise: nil)
      }
      defer { deadline.cancel() }
      return try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(string: request))
        var response = ByteBuffer()
        for try await var bytes in inbound {
          response.writeBuffer(&bytes)
          guard response.readableBytes <= Self.limit else {
            throw unavailable("the answer is larger than \(Self.limit) bytes", advice: nil)
          }
        }
        return Array(response.readableBytesView)
      }
    } catch let error as ArchiveError {
      throw error
    } catch {
      throw unavailable(
        "no daemon answers: \(Self.reason(error))",
        advice: "start archive-tool seed or track with --admin, or name the address by --admin")
    }
  }

  private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(Self.patience)
    let initialize:
      @Sendable (any Channel) -> EventLoopFuture<
        NIOAsyncChannel<ByteBuffer, ByteBuffer>
      > = { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel(wrappingChannelSynchronously: channel)
        }
      }
    switch address {
    case .host(let host, let port):
      return try await bootstrap.connect(
        host: host, port: Int(port), channelInitializer: initialize)
    case .unix(let path):
      return try await bootstrap.connect(
        unixDomainSocketPath: path, channelInitializer: initialize)
    case .inherited: throw unavailable("a descriptor is no address", advice: nil)
    }
  }

  /// The system's words for why a connection cannot be had.
  private static func reason(_ error: any Error) -> String {
    let failure = (error as? NIOConnectionError)?.connectionErrors.first?.error ?? error
    guard let number = (failure as? IOError)?.errnoCode else { return "\(failure)" }
    return String(cString: strerror(number))
  }

  private func unavailable(_ reason: String, advice: String?) -> ArchiveError {
    ArchiveError(
      .unavailable, reason, at: ArchiveError.Place(file: address.description), advice: advice)
  }
}
