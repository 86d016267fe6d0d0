// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

extension TrackerEngine {
  /// Answers a request that came from `source`, the head of which is `head`: a bencoded dictionary
  /// in any case.
  ///
  /// - Parameters:
  ///   - head: of the request.
  ///   - request: the bytes that `head` was read from.
  ///   - source: the address of the other end.
  ///   - now: the time.
  ///   - registry: what is answered for.
  ///   - session: of the worker.
  ///   - output: gets the body of the response.
  public func answer(
    _ head: RequestHead, of request: RawSpan, from source: IPAddress, at now: Moment,
    _ registry: TorrentRegistry, _ session: inout TrackerSession, into output: inout ByteWriter
  ) {
    let start = output.count
    do throws(Refusal) {
      guard head.isGet || head.isHead else { throw .method }
      session.reset()
      session.query.removeAll()
      let source = trusts(source) ? head.forwardedFor ?? source : source
      switch head.resource {
      case .announce:
        try session.query.read(request.extracting(head.query), into: &session.pieces)
        try announce(from: source, at: now, registry, &session, into: &output)
      case .scrape:
        try session.query.read(request.extracting(head.query), into: &session.pieces)
        try scrape(from: source, registry, &session, into: &output)
      case .other: throw .path
      }
    } catch {
      output.rewind(to: start)
      refuse(error, &session, into: &output)
    }
  }

  private func trusts(_ source: IPAddress) -> Bool {
    !policy.trustedProxies.isEmpty && policy.trustedProxies.contains { $0.contains(source) }
  }

  /// `{failure reason, interval, retry in}` (BEP 31); the interval for clients that know no other.
  public func refuse(
    _ refusal: Refusal, _ session: inout TrackerSession, into output: inout ByteWriter
  ) {
    output.append("d14:failure reason")
    output.append(decimal: UInt64(refusal.reason.utf8CodeUnitCount))
    output.append(":")
    output.append(refusal.reason)
    output.append("8:intervali")
    output.append(decimal: interval(&session.random))
    output.append("e8:retry in")
    if let minutes = refusal.retryMinutes {
      output.append("i")
      output.append(decimal: UInt64(minutes))
      output.append("ee")
    } else {
      output.append("5:nevere")
    }
    session.counters.count(.http, refusal)
  }

  private func announce(
    from source: IPAddress, at now: Moment, _ registry: TorrentRegistry,
    _ session: inout TrackerSession, into output: inout ByteWriter
  ) throws(Refusal) {
    let query = session.query
    guard query.hashes.count <= 1 else { throw .repeated }
    guard let swarm = query.hashes.first else { throw .infoHash }
    guard let port = query.port else { throw .port }
    let announce = Announce(
      swarm: swarm, peer: Endpoint(source, port: port), event: query.event,
      isComplete: query.isComplete, wanted: query.wanted, takesBothFamilies: true)
    let counts = try self.announce(announce, at: now, registry, &session)
    output.append("d")
    output.append("8:complete", integer: counts.seeds)
    output.append("10:downloaded", integer: counts.completions)
    output.append("11:external ip")
    if source.isV4 {
      output.append("4:")
      output.append(source.v4)
    } else {
      output.append("16:")
      output.append(source.high)
      output.append(source.low)
    }
    if !session.pieces.want.isEmpty { writeHolders(session.strangers, into: &output) }
    output.append("10:incomplete", integer: counts.incomplete)
    output.append("8:interval", integer: Int(interval(&session.random)))
    output.append("12:min interval", integer: Int(policy.minimumInterval))
    if query.isCompact {
      output.append("5:peers", compact: session.chosen.v4)
      output.append("6:peers6", compact: session.chosen.v6)
    } else {
      output.append("5:peersl")
      for peer in session.chosen.v4 { output.append(dictionary: peer.endpoint) }
      for peer in session.chosen.v6 { output.append(dictionary: peer.endpoint) }
      output.append("e6:peers60:")
    }
    output.append("e")
    session.counters.count(.http, source.family, .announce)
  }

  /// `holders` and `holders6`: for each torrent id, the peers that announced under it what is looked
  /// for, in compact form.
  private func writeHolders(_ holders: [HolderIndex.Holder], into output: inout ByteWriter) {
    for isV4 in [true, false] {
      output.append(isV4 ? "7:holdersd" : "8:holders6d")
      var rest = holders.filter { $0.endpoint.address.isV4 == isV4 }[...]
      while let torrent = rest.first?.torrent {
        let group = rest.prefix { $0.torrent == torrent }
        output.append("20:")
        torrent.write(to: &output)
        if isV4 {
          output.append("", compact: group.map { Peer4($0.endpoint) })
        } else {
          output.append("", compact: group.map { Peer6($0.endpoint) })
        }
        rest = rest[group.endIndex...]
      }
      output.append("e")
    }
  }

  private func scrape(
    from source: IPAddress, _ registry: TorrentRegistry, _ session: inout TrackerSession,
    into output: inout ByteWriter
  ) throws(Refusal) {
    guard !session.query.hashes.isEmpty else { throw .fullScrape }
    // A dictionary's keys are sorted, and none comes twice (BEP 3).
    let hashes = session.query.hashes.sorted()
    output.append("d5:filesd")
    var last: SwarmID?
    for id in hashes where id != last {
      last = id
      if let counts = scrape(id, registry) { output.append(file: id, counts) }
    }
    output.append("ee")
    session.counters.count(.http, source.family, .scrape)
  }
}

extension TrackerEngine {
  /// The answer to a scrape that names no torrent; nil where that is not allowed, or `head` asks for
  /// something else.
  public func fullScrape(_ head: RequestHead) -> [UInt8]? {
    guard policy.allowsFullScrape, head.resource == .scrape, head.query.isEmpty, head.isGet else {
      return nil
    }
    let registry = registry
    var files: [(SwarmID, SwarmCounts)] = []
    forEachSwarm { id, counts in if registry.admits(id) { files.append((id, counts)) } }
    files.sort { $0.0 < $1.0 }
    // An entry takes 87 bytes and its numbers.
    return [UInt8](unsafeUninitializedCapacity: 16 + files.count * 176) { memory, count in
      var output = ByteWriter(UnsafeMutableRawBufferPointer(memory))
      output.append("d5:filesd")
      for (id, counts) in files { output.append(file: id, counts) }
      output.append("ee")
      count = output.count
    }
  }
}

extension ByteWriter {
  /// A key as it is written, and a number.
  fileprivate mutating func append(_ key: StaticString, integer: Int) {
    append(key)
    append("i")
    append(decimal: UInt64(clamping: integer))
    append("e")
  }

  /// A key as it is written, and peers as BEP 23 and BEP 7 pack them.
  fileprivate mutating func append<Record: PeerRecord>(_ key: StaticString, compact peers: [Record])
  {
    append(key)
    append(decimal: UInt64(peers.count * Record.compactLength))
    append(":")
    for peer in peers { peer.write(to: &self) }
  }

  /// A peer as BEP 3 writes it, without its id, which the tracker does not keep.
  fileprivate mutating func append(dictionary peer: Endpoint) {
    let address = peer.address.description
    append("d2:ip")
    append(decimal: UInt64(address.utf8.count))
    append(":")
    append(text: address)
    append("4:port", integer: Int(peer.port))
    append("e")
  }

  /// An entry of a scrape (BEP 48), with `downloaders` (BEP 21).
  mutating func append(file id: SwarmID, _ counts: SwarmCounts) {
    append("20:")
    id.write(to: &self)
    append("d8:complete", integer: counts.seeds)
    append("10:downloaded", integer: counts.completions)
    append("11:downloaders", integer: counts.downloaders)
    append("10:incomplete", integer: counts.incomplete)
    append("e")
  }
}
