// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import NIOCore
internal import NIOPosix
package import TorrentMetadata
internal import Tracker

/// Announces torrents to their trackers for as long as it lives, and hands on the peers that they
/// name; nobody ever waits for it. Confined to its client's event loop.
package final class TrackerClient {
  /// What is told of a torrent at this moment.
  package struct Status: Sendable {
    package var uploaded: UInt64 = 0
    package var downloaded: UInt64 = 0
    /// Bytes that are still wanted; 0 when nothing is.
    package var left: UInt64 = 0
    /// The numbers of all pieces that are offered.
    package var have: [PieceRange] = []
    /// The numbers of pieces that are looked for.
    package var want: [PieceRange] = []

    /// Nothing yet.
    package init() {}
  }

  /// A peer, and the torrent that it has to be addressed by.
  package struct Peer: Hashable, Sendable {
    package let endpoint: Endpoint
    package let torrent: TorrentID
  }

  private struct Key: Hashable {
    let tracker: AbsoluteURL
    let torrent: TorrentID
  }

  private let http: HTTPClient
  private let udp: UDPTrackerSocket
  private let loop: any EventLoop
  private let peerID: [UInt8]
  private let status: (TorrentID) -> Status
  private let found: ([Peer]) -> Void
  private var schedules: [Key: AnnounceSchedule] = [:]
  private let key: UInt32
  private var ticking: RepeatedTask?
  /// Which address of a UDP tracker answered last, and how many of a name are asked.
  private var answering: [AbsoluteURL: SocketAddress] = [:]
  private static let mostAddresses = 8
  /// Where peers may connect to, as trackers are told; with port 0 nothing is announced.
  package var port: UInt16
  /// Announces that were answered, and that came to nothing.
  package private(set) var answered = 0
  package private(set) var failed = 0

  /// Asks by `http`. `status` says what to tell of a torrent, `found` gets the peers.
  package init(
    http: HTTPClient, peerID: [UInt8], port: UInt16, status: @escaping (TorrentID) -> Status,
    found: @escaping ([Peer]) -> Void
  ) {
    self.http = http
    loop = http.context.loop
    udp = UDPTrackerSocket(loop: loop)
    self.peerID = peerID
    self.port = port
    self.status = status
    self.found = found
    key = UInt32.random(in: .min ... .max)
  }

  /// Announces `torrent` to `tracker` from now on.
  package func add(_ tracker: AbsoluteURL, _ torrent: TorrentID) {
    let key = Key(tracker: tracker, torrent: torrent)
    if schedules[key] == nil { schedules[key] = AnnounceSchedule(now: Self.now) }
    if ticking == nil {
      let bound = NIOLoopBound(self, eventLoop: loop)
      ticking = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .seconds(1)) { _ in
        bound.value.tick()
      }
    }
  }

  /// There is something new to tell of `torrent`, or to ask: it is announced as soon as its trackers
  /// allow.
  package func hurry(_ torrent: TorrentID) {
    for key in schedules.keys where key.torrent == torrent { schedules[key]?.hurry(now: Self.now) }
  }

  /// Says goodbye to the trackers that know us.
  ///
  /// - Returns: when all have heard it, or `patience` is over.
  package func stop(patience: TimeAmount = .seconds(3)) -> EventLoopFuture<Void> {
    ticking?.cancel()
    ticking = nil
    let known = schedules.filter(\.value.isKnown).keys
    schedules.removeAll()
    let promise = loop.makePromise(of: Void.self)
    var left = known.count
    if left == 0 {
      promise.succeed()
    } else {
      loop.scheduleTask(in: patience) { promise.succeed() }
    }
    for key in known {
      var request = TrackerRequest(torrent: key.torrent, peerID: peerID, port: port)
      request.event = .stopped
      request.count = 0
      ask(key.tracker, request) { _ in
        left -= 1
        if left == 0 { promise.succeed() }
      }
    }
    let bound = NIOLoopBound(udp, eventLoop: loop)
    return promise.futureResult.always { _ in bound.value.close() }
  }

  private static var now: Duration { .nanoseconds(Int64(NIODeadline.now().uptimeNanoseconds)) }
}

extension TrackerClient {
  private func tick() {
    let now = Self.now
    guard port != 0 else { return }
    for (key, schedule) in schedules {
      guard let due = schedule.due, due <= now else { continue }
      schedules[key]?.begin(now: now)
      announce(key, schedule)
    }
  }

  private func announce(_ key: Key, _ schedule: AnnounceSchedule) {
    let status = status(key.torrent)
    var request = TrackerRequest(torrent: key.torrent, peerID: peerID, port: port)
    request.uploaded = status.uploaded
    request.downloaded = status.downloaded
    // Whoever fetches a few packages never has everything: 0 would make it a seed of the archive.
    request.left = max(1, status.left)
    request.event = schedule.event(isComplete: status.left == 0)
    request.key = self.key
    request.offer = .have(status.have)
    request.want = status.want
    let limit =
      key.tracker.scheme == "udp"
      ? TrackerRequest.maximumRanges.udp : TrackerRequest.maximumRanges.http
    send(request.parts(limit: limit)[...], key, isComplete: status.left == 0)
  }

  /// Sends a request and then those behind it.
  private func send(_ parts: ArraySlice<TrackerRequest>, _ key: Key, isComplete: Bool) {
    guard let first = parts.first else { return }
    ask(key.tracker, first) { result in
      switch result {
      case .failure(let failure):
        self.failed += 1
        self.schedules[key]?.failed(failure, now: Self.now)
      case .success(let answer):
        self.answered += 1
        self.schedules[key]?.succeeded(answer, isComplete: isComplete, now: Self.now)
        self.deliver(answer, key.torrent)
        self.send(parts.dropFirst(), key, isComplete: isComplete)
      }
    }
  }

  private func deliver(_ answer: TrackerAnswer, _ torrent: TorrentID) {
    var peers = answer.peers.map { Peer(endpoint: $0, torrent: torrent) }
    for (id, endpoints) in answer.holders {
      peers += endpoints.map { Peer(endpoint: $0, torrent: id) }
    }
    if !peers.isEmpty { found(peers) }
  }

  private func ask(
    _ tracker: AbsoluteURL, _ request: TrackerRequest,
    _ finish: @escaping (Result<TrackerAnswer, TrackerFailure>) -> Void
  ) {
    if tracker.scheme == "udp" { return askByUDP(tracker, request, finish) }
    guard let url = request.url(at: tracker) else { return finish(.failure(.unusable)) }
    var body: [UInt8] = []
    var transfer: HTTPTransfer?
    transfer = http.get(HTTPRequest(url, limit: 256 << 10)) { event in
      switch event {
      case .head: break
      case .body(let bytes): body.append(contentsOf: bytes.readableBytesView)
      case .end(let failure):
        let scope = transfer?.reachedScope
        transfer = nil
        if let failure { return finish(.failure(.unreachable("\(failure)"))) }
        finish(
          Result { () throws(TrackerFailure) in
            try TrackerAnswer(http: body).asTold(from: scope)
          })
      }
    }
  }

  /// Asks the addresses of the tracker's name, the one that answered last first.
  private func askByUDP(
    _ tracker: AbsoluteURL, _ request: TrackerRequest,
    _ finish: @escaping (Result<TrackerAnswer, TrackerFailure>) -> Void
  ) {
    // The port of an HTTP URL is optional, so its reader fits; without one there is no UDP tracker.
    guard let place = AbsoluteURL("http" + tracker.string.dropFirst(3)).flatMap({ HTTPURL($0) })
    else { return finish(.failure(.unusable)) }
    let (host, port) = (place.origin.host, place.origin.port)
    http.context.pool.runIfActive(eventLoop: loop) {
      try ScopedResolver.addresses(host, port).get()
    }.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let all):
        var addresses = Array(all.prefix(Self.mostAddresses))
        guard !addresses.isEmpty else {
          return finish(.failure(.unreachable("\(host) has no address")))
        }
        if let known = self.answering[tracker], let index = addresses.firstIndex(of: known) {
          addresses.swapAt(0, index)
        }
        self.udp.announce(request, to: addresses) { result, address in
          if case .success = result { self.answering[tracker] = address }
          let scope = IPAddress(address).map { AddressScope($0) }
          finish(result.map { $0.asTold(from: scope) })
        }
      case .failure(let error):
        finish(.failure(.unreachable(ScopedResolver.reason(error))))
      }
    }
  }
}
