// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import NIOCore
internal import NIOPosix

/// Sockets to and from peers.
extension SwarmEngine {
  /// Connects to peers that are known, as many as there may be.
  func connectMore() {
    guard !scheduler.isComplete, !isStopped else { return }
    candidates.wake(now: now) { candidate in
      links.values.contains {
        $0.torrent == candidate.torrent && $0.listening == candidate.endpoint
      }
    }
    while links.count + connecting < policy.connections,
      let candidate = candidates.next(now: now)
    {
      connect(candidate)
    }
  }

  private func connect(_ candidate: PeerCandidates.Candidate) {
    guard let address = try? SocketAddress(candidate.endpoint) else { return }
    connecting += 1
    let link = PeerLink(
      id: number(), endpoint: candidate.endpoint, address: candidate.endpoint.address,
      torrent: candidate.torrent, engine: self)
    let bound = NIOLoopBound(link, eventLoop: loop)
    ClientBootstrap(group: loop)
      .connectTimeout(.seconds(5))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(bound.value)
        }
      }
      .connect(to: address)
      .assumeIsolated()
      .whenComplete { result in
        self.connecting -= 1
        if case .failure = result {
          self.candidates.lost(candidate, wasOpen: false, now: self.now)
        }
        self.connectMore()
      }
  }

  /// Takes connections of others at an address.
  package func listen(on endpoint: Endpoint) -> EventLoopFuture<any Channel> {
    let bound = NIOLoopBound(self, eventLoop: loop)
    let bootstrap = ServerBootstrap(group: loop)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try bound.value.accept(channel) }
      }
    do {
      let bound = NIOLoopBound(self, eventLoop: loop)
      return bootstrap.bind(to: try SocketAddress(endpoint)).map { channel in
        bound.value.listeners.append(channel)
        return channel
      }
    } catch {
      return loop.makeFailedFuture(error)
    }
  }

  private func accept(_ channel: any Channel) throws {
    let address = channel.remoteAddress.flatMap { IPAddress($0) }
    guard let address, !candidates.isBanned(address), mayTake(address) else {
      throw ChannelError.ioOnClosedChannel
    }
    try channel.pipeline.syncOperations.addHandler(
      PeerLink(id: number(), endpoint: nil, address: address, torrent: nil, engine: self))
  }

  private func mayTake(_ address: IPAddress) -> Bool {
    policy.takes(address, beside: links.values.filter { !$0.isInitiator }.compactMap(\.address))
  }
}

extension SocketAddress {
  init(_ endpoint: Endpoint) throws {
    try self.init(ipAddress: endpoint.address.description, port: Int(endpoint.port))
  }
}
