// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

extension TrackerEngine {
  /// Answers a datagram that came from `source`; writes nothing where silence is the answer.
  public func answer(
    datagram: RawSpan, from source: IPAddress, at now: Moment, _ registry: TorrentRegistry,
    _ session: inout TrackerSession, into output: inout ByteWriter
  ) {
    session.counters.received &+= UInt64(datagram.byteCount)
    guard let header = UDPHeader(datagram), header.action <= UDPAction.scrape else {
      session.counters.ignored &+= 1
      return
    }
    if header.action == UDPAction.connect {
      connect(header, from: source, at: now, &session, into: &output)
    } else if connections.accepts(header.connection, from: source, at: now) {
      do throws(Refusal) {
        if header.action == UDPAction.announce {
          try announce(datagram, header, from: source, at: now, registry, &session, into: &output)
        } else {
          try scrape(datagram, header, from: source, registry, &session, into: &output)
        }
      } catch {
        output.rewind(to: 0)
        refuse(error, header, &session, into: &output)
      }
    } else {
      // Nothing proves that the source asked, so it gets no more bytes than came in its name.
      refuse(.connection, header, limit: datagram.byteCount, &session, into: &output)
    }
    session.counters.sent &+= UInt64(output.count)
  }

  private func connect(
    _ header: UDPHeader, from source: IPAddress, at now: Moment, _ session: inout TrackerSession,
    into output: inout ByteWriter
  ) {
    guard header.connection == UDPHeader.magic else {
      session.counters.ignored &+= 1
      return
    }
    output.append(UDPAction.connect)
    output.append(header.transaction)
    output.append(connections.issue(to: source, at: now))
    session.counters.count(.udp, source.family, .connect)
  }

  private func announce(
    _ datagram: RawSpan, _ header: UDPHeader, from source: IPAddress, at now: Moment,
    _ registry: TorrentRegistry, _ session: inout TrackerSession, into output: inout ByteWriter
  ) throws(Refusal) {
    session.reset()
    let announce = try Announce(datagram: datagram, from: source, &session.pieces)
    let counts = try self.announce(announce, at: now, registry, &session)
    let isGrouped = !session.pieces.want.isEmpty
    output.append(isGrouped ? UDPAction.holders : UDPAction.announce)
    output.append(header.transaction)
    output.append(UInt32(clamping: interval(&session.random)))
    output.append(UInt32(clamping: counts.incomplete))
    output.append(UInt32(clamping: counts.seeds))
    if isGrouped {
      writeGroups(announce, session, into: &output)
    } else if source.isV4 {
      for peer in session.chosen.v4 { peer.write(to: &output) }
    } else {
      for peer in session.chosen.v6 { peer.write(to: &output) }
    }
    session.counters.count(.udp, source.family, .announce)
  }

  /// Groups of `torrent 20 | count 8 | peers`, the torrent that was asked for first.
  private func writeGroups(
    _ announce: Announce, _ session: TrackerSession, into output: inout ByteWriter
  ) {
    let isV4 = announce.peer.address.isV4
    let length = isV4 ? Peer4.compactLength : Peer6.compactLength
    announce.swarm.write(to: &output)
    let room = (Self.groupedLength - output.count - 1) / length
    let first = min(room, isV4 ? session.chosen.v4.count : session.chosen.v6.count)
    output.append(UInt8(clamping: first))
    if isV4 {
      for peer in session.chosen.v4.prefix(first) { peer.write(to: &output) }
    } else {
      for peer in session.chosen.v6.prefix(first) { peer.write(to: &output) }
    }
    var torrent: SwarmID?
    var count = 0
    for holder in session.strangers {
      // A header and a peer, or a peer alone, or the end of what fits a datagram.
      let isNext = torrent != holder.torrent || count == 255
      if output.count + length + (isNext ? 21 : 0) > Self.groupedLength { return }
      if isNext {
        torrent = holder.torrent
        count = 0
        holder.torrent.write(to: &output)
        output.append(0 as UInt8)
      }
      count += 1
      if isV4 {
        Peer4(holder.endpoint).write(to: &output)
      } else {
        Peer6(holder.endpoint).write(to: &output)
      }
      output.replace(at: output.count - count * length - 1, with: UInt8(count))
    }
  }

  /// What fits a datagram of 1,280 bytes, which every IPv6 network carries whole.
  private static let groupedLength = 1232

  private func scrape(
    _ datagram: RawSpan, _ header: UDPHeader, from source: IPAddress,
    _ registry: TorrentRegistry, _ session: inout TrackerSession, into output: inout ByteWriter
  ) throws(Refusal) {
    let count = (datagram.byteCount - UDPHeader.byteCount) / SwarmID.byteCount
    guard count > 0 else { throw .truncated }
    guard count <= TrackerLimits.scrapeHashes else { throw .hashes }
    output.append(UDPAction.scrape)
    output.append(header.transaction)
    var isKnown = false
    for index in 0..<count {
      let id = SwarmID(datagram, at: UDPHeader.byteCount + index * SwarmID.byteCount)
      let counts = self.scrape(id, registry)
      isKnown = isKnown || counts != nil
      // The answer goes by position, so one unknown among others is one with nobody in it.
      output.append(UInt32(clamping: counts?.seeds ?? 0))
      output.append(UInt32(clamping: counts?.completions ?? 0))
      output.append(UInt32(clamping: counts?.incomplete ?? 0))
    }
    guard isKnown else { throw .unregistered }
    session.counters.count(.udp, source.family, .scrape)
  }

  private func refuse(
    _ refusal: Refusal, _ header: UDPHeader, limit: Int = .max, _ session: inout TrackerSession,
    into output: inout ByteWriter
  ) {
    output.append(UDPAction.error)
    output.append(header.transaction)
    refusal.reason.withUTF8Buffer { text in
      output.append(
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text).prefix(limit - 8)))
    }
    session.counters.count(.udp, refusal)
  }

  /// The time to the next announce, a tenth more or less, so that peers that came together do not
  /// come together for ever.
  func interval(_ random: inout SwarmRandom) -> UInt64 {
    let spread = policy.interval / 5
    return policy.interval - spread / 2 + UInt64(random.below(Int(spread) + 1))
  }
}
