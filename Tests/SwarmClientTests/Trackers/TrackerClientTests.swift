// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import NIOCore
import SwarmClient
import Testing
import TorrentMetadata
import Tracker

/// Two torrents of two suites; content 0 is 0-1 in the first and 10-11 in the second.
@Suite("Clients that meet at our tracker") struct TrackerClientTests {
  private let first = TorrentID(bytes: [UInt8](repeating: 1, count: 20))
  private let second = TorrentID(bytes: [UInt8](repeating: 2, count: 20))

  private func tracker() async throws -> RunningTracker {
    var builder = TorrentRegistry.Builder()
    var one = NumberedTorrent(id: SwarmID(try #require(first)), name: "one amd64")
    one.append(try #require(PieceNumberRange(first: PieceNumber(0), count: 2)), content: 0)
    one.append(try #require(PieceNumberRange(first: PieceNumber(2), count: 1)), content: 1)
    var two = NumberedTorrent(id: SwarmID(try #require(second)), name: "two amd64")
    two.append(try #require(PieceNumberRange(first: PieceNumber(10), count: 2)), content: 0)
    builder.add(one)
    builder.add(two)
    return try await RunningTracker.start(TorrentRegistry(builder))
  }

  /// A client of `torrent` on `port`; what its tracker names is taken out of the stream.
  private func client(
    _ tracker: AbsoluteURL, _ torrent: TorrentID, port: UInt16,
    have: [PieceRange] = [], want: [PieceRange] = []
  ) async throws -> (AsyncStream<TrackerClient.Peer>, Running) {
    let test = try await TestClient()
    let (stream, continuation) = AsyncStream.makeStream(of: TrackerClient.Peer.self)
    let announced = test.loop.makePromise(of: Void.self)
    let bound = try await test.loop.submit {
      let client = TrackerClient(
        http: test.client.value, peerID: Array("-AT0001-abcdefghijk".utf8) + [UInt8(port & 0xFF)],
        port: port
      ) { _ in
        var status = TrackerClient.Status()
        status.left = 1
        status.have = have
        status.want = want
        return status
      } found: { peers in
        for peer in peers { continuation.yield(peer) }
      }
      client.add(tracker, torrent)
      let bound = NIOLoopBound(client, eventLoop: test.loop)
      // Ends when the first answer is there.
      test.loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(5)) { task in
        guard bound.value.answered + bound.value.failed > 0 else { return }
        task.cancel()
        announced.succeed()
      }
      return bound
    }.get()
    try await announced.futureResult.get()
    return (stream, Running(test: test, client: bound))
  }

  /// A client that was started.
  private struct Running: Sendable {
    let test: TestClient
    let client: NIOLoopBound<TrackerClient>

    func stop() async throws {
      let client = client
      try await test.loop.flatSubmit { client.value.stop() }.get()
      try await test.shutDown()
    }
  }

  @Test("are told of each other", arguments: [false, true])
  func meeting(isUDP: Bool) async throws {
    let tracker = try await tracker()
    let url = isUDP ? tracker.udp : tracker.http
    let torrent = try #require(first)
    let (_, one) = try await client(url, torrent, port: 7001)
    let (peers, two) = try await client(url, torrent, port: 7002)
    let peer = await peers.first { _ in true }
    #expect(peer?.endpoint == (try Endpoint("127.0.0.1:7001")))
    #expect(peer?.torrent == torrent)
    try await one.stop()
    try await two.stop()
    try await tracker.stop()
  }

  @Test("are told who has a content, by the torrent that he has it in", arguments: [false, true])
  func holders(isUDP: Bool) async throws {
    let tracker = try await tracker()
    let url = isUDP ? tracker.udp : tracker.http
    let (_, holder) = try await client(
      url, try #require(second), port: 7001, have: [PieceRange(10, 11)])
    let (peers, seeker) = try await client(
      url, try #require(first), port: 7002, want: [PieceRange(1, 1)])
    let peer = await peers.first { _ in true }
    #expect(peer?.endpoint == (try Endpoint("127.0.0.1:7001")))
    #expect(peer?.torrent == second)
    try await holder.stop()
    try await seeker.stop()
    try await tracker.stop()
  }

  @Test("are forgotten when they say goodbye", arguments: [false, true])
  func goodbye(isUDP: Bool) async throws {
    let tracker = try await tracker()
    let url = isUDP ? tracker.udp : tracker.http
    let torrent = try #require(first)
    let (_, gone) = try await client(url, torrent, port: 7001)
    try await gone.stop()
    let (_, stays) = try await client(url, torrent, port: 7002)
    let (peers, last) = try await client(url, torrent, port: 7003)
    // Whom the tracker names it names in one answer: the first is all there are.
    let peer = await peers.first { _ in true }
    #expect(peer?.endpoint == (try Endpoint("127.0.0.1:7002")))
    try await stays.stop()
    try await last.stop()
    try await tracker.stop()
  }

  @Test("learn that a tracker does not know a torrent", arguments: [false, true])
  func unknown(isUDP: Bool) async throws {
    let tracker = try await tracker()
    let other = try #require(TorrentID(bytes: [UInt8](repeating: 7, count: 20)))
    let (_, client) = try await client(
      isUDP ? tracker.udp : tracker.http, other, port: 7001)
    let counts = try await client.test.loop.submit { [bound = client.client] in
      (bound.value.answered, bound.value.failed)
    }.get()
    #expect(counts == (0, 1))
    try await client.stop()
    try await tracker.stop()
  }
}
