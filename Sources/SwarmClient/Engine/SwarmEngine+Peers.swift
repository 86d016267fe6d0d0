// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
internal import NIOCore
internal import PeerWire
internal import Tracker

/// Peers: meeting them, and what they say.
extension SwarmEngine {
  /// Takes peers that a tracker, a user or another peer told of.
  package func add(_ endpoints: some Sequence<Endpoint>, torrent: TorrentID) {
    guard torrents[torrent] != nil else { return }
    for endpoint in endpoints {
      candidates.add(
        PeerCandidates.Candidate(endpoint: endpoint, torrent: torrent), limit: policy.candidates,
        now: now)
    }
    connectMore()
  }

  /// Takes peers that are connected to again whenever they were lost, in each torrent.
  package func keep(_ endpoints: [Endpoint]) {
    knownPeers = endpoints
    for torrent in torrents.keys { keepKnown(in: torrent) }
  }

  /// Has the peers that a user named in a torrent.
  func keepKnown(in torrent: TorrentID) {
    for endpoint in knownPeers {
      candidates.keep(PeerCandidates.Candidate(endpoint: endpoint, torrent: torrent))
    }
    connectMore()
  }

  /// What we begin with.
  func extendedHandshake(_ state: NumberedState, to address: IPAddress?) -> ExtendedHandshake {
    var handshake = ExtendedHandshake()
    for name in ExtensionName.allCases where name != .metadata {
      handshake.numbers[name] = name.rawValue
    }
    handshake.port = port == 0 ? nil : port
    handshake.requests = UInt32(policy.requests)
    handshake.client = "archive-tool"
    handshake.numbered = state
    handshake.yourAddress = address?.networkBytes
    return handshake
  }

  func connected(_ link: PeerLink) {
    links[link.id] = link
    if isStopped { link.close() }
  }

  /// Whether a connection to a peer is to be kept: not to ourselves, and one of two.
  func mayKeep(_ link: PeerLink, _ peer: PeerID) -> Bool {
    if peer == peerID { return false }
    let other = links.values.first {
      $0 !== link && $0.torrent == link.torrent && $0.session.handshake?.peerID == peer
    }
    guard let other else { return true }
    // Both sides keep the one that the lower id has opened.
    let isPreferred = link.isInitiator == peerID.bytes.lexicographicallyPrecedes(peer.bytes)
    guard isPreferred, other.isInitiator != link.isInitiator else { return false }
    // Two that crossed are one peer that was met.
    if other.isOpen { totals.connected -= 1 }
    other.close()
    return true
  }

  /// An extended handshake came: the first one makes the peer one of ours.
  func extended(_ link: PeerLink) {
    guard let torrent = link.torrent, let theirs = link.session.peerNumbered else { return }
    heard(of: theirs.next, in: torrent)
    guard !link.isOpen else { return }
    link.isOpen = true
    // Where two crossed and the peer was the first to end one of them, it was counted by that one.
    let isCounted = link.session.handshake.map { link.outlived.contains($0.peerID) } ?? false
    if !isCounted { totals.connected += 1 }
    scheduler.add(peer: link.id, torrent: torrent, isMirror: theirs.isMirror, now: now)
    let have = have(in: torrent)
    if have.isEmpty || !link.session.send(.numberedHave, have, into: &link.output) {
      link.session.send(.haveNone, into: &link.output)
    }
    tellFetching(link)
  }

  /// Handles what is no request and no handshake.
  func take(_ event: PeerEvent, from link: PeerLink) throws(WireError) {
    switch event {
    case .choked:
      scheduler.peer(link.id, isUnchoked: false)
      link.abandon()
    case .unchoked: scheduler.peer(link.id, isUnchoked: true)
    case .interested: rechoke(newRound: false)
    case .notInterested: rechoke(newRound: false)
    case .have(let number):
      scheduler.peer(link.id, has: number)
      heard(ofHaving: number, from: link)
      if !link.session.isInterested { updateInterest(link) }
    case .haveAll, .haveNone, .bitfield, .haveRanges: takeMany(event, from: link)
    case .fetching(let ranges): scheduler.peer(link.id, isFetching: ranges, now: now)
    case .dontHave(let number):
      scheduler.peer(link.id, lost: number)
      link.tookBack(number)
    case .reject(let block): link.rejected(block)
    case .block(let piece, let offset, let bytes):
      link.take(piece: piece, offset: offset, bytes)
    case .hashRequest(let range): try answer(range, to: link)
    case .hashes(let range, let hashes): take(range, hashes, from: link)
    case .hashReject(let range): refused(range, by: link)
    case .peers(let peers):
      guard let torrent = link.torrent else { break }
      add(peers.added(asTold: link.address), torrent: torrent)
    default: break
    }
  }

  private func takeMany(_ event: PeerEvent, from link: PeerLink) {
    let theirs = link.session.peerNumbered
    scheduler.update(peer: link.id) { has in
      switch event {
      case .haveAll:
        if let theirs, theirs.next > theirs.floor {
          has.insert(PieceRange(theirs.floor, theirs.next - 1))
        }
      case .bitfield(let bits): has.insert(bitfield: bits, from: theirs?.floor ?? 0)
      case .haveRanges(let ranges): for range in ranges { has.insert(range) }
      default: break
      }
    }
    if case .haveRanges(let ranges) = event, let last = ranges.lazy.map(\.last).max() {
      heard(ofHaving: last, from: link)
    }
    updateInterest(link)
  }

  /// Says whether we want something of a peer.
  func updateInterest(_ link: PeerLink) {
    guard link.isOpen else { return }
    let wants = scheduler.wantsAnything(of: link.id)
    guard wants != link.session.isInterested else { return }
    link.session.send(wants ? .interested : .notInterested, into: &link.output)
  }

  /// Asks a peer for what it can send, and sends what it asked for.
  func serve(_ link: PeerLink) {
    link.fill()
    link.sendWanted()
  }

  /// Looks after a peer's deadlines.
  func check(_ link: PeerLink, _ now: Duration) {
    if !link.isOpen {
      if now - link.began > policy.handshake { link.close() }
      return
    }
    let isWaiting = link.transfers.contains { $0.outstanding > 0 }
    if isWaiting, now - link.lastProgress > policy.stalled {
      link.broken += 1
      link.lastProgress = now
      link.abandon()
    }
    // BEP 3: who says nothing at all for two minutes is gone.
    if link.broken > policy.broken || now - link.session.lastHeard > .seconds(150) { link.close() }
  }

  func failed(_ link: PeerLink, _ error: WireError) {
    switch error {
    case .refused, .protocolName: link.close()
    case .notNumbered, .generation:
      if link.session.shared.contains(.extensions) {
        var handshake = ExtendedHandshake()
        handshake.failure = error.description
        link.session.send(handshake, into: &link.output)
      }
      link.close()
    default: ban(link)
    }
  }

  /// Has nothing to do with a peer any more.
  func ban(_ link: PeerLink) {
    totals.banned += 1
    candidates.ban(address: link.address, endpoint: link.listening)
    link.close()
  }

  func closed(_ link: PeerLink) {
    link.abandon()
    links[link.id] = nil
    if link.isOpen, let peer = link.session.handshake?.peerID {
      for other in links.values where other.session.handshake == nil { other.outlived.insert(peer) }
    }
    scheduler.remove(peer: link.id)
    if let endpoint = link.endpoint, let torrent = link.torrent {
      candidates.lost(
        PeerCandidates.Candidate(endpoint: endpoint, torrent: torrent), wasOpen: link.isOpen,
        now: now)
    }
    pumpWeb()
  }

  /// Tells peers of each other now and then (BEP 11).
  func exchangePeers(_ now: Duration) {
    for link in links.values
    where link.isOpen && !link.isMirror && link.session.speaks(.peerExchange) {
      if let last = link.exchanged, now - last < policy.exchange { continue }
      link.exchanged = now
      let others = links.values.filter {
        $0.isOpen && $0 !== link && !$0.isMirror && $0.torrent == link.torrent
      }
      let peers = PeerExchange(added: Array(others.compactMap(\.listening).prefix(50)))
      guard !peers.added.isEmpty else { continue }
      link.session.send(.peerExchange, peers.encoded, into: &link.output)
      link.flush()
    }
  }

  /// Counts bytes of a block that was taken.
  func received(_ bytes: Int, from link: PeerLink) {
    scheduler.receivedFromPeer(bytes, now: now)
    downloads.spend(bytes)
    meter.fromPeers.count(UInt64(bytes))
  }
}

extension PeerExchange {
  /// The peers that are believed of who tells of them at `address`: nobody on the net sends this client
  /// into its own network.
  func added(asTold address: IPAddress?) -> [Endpoint] {
    let scope = address.map { AddressScope($0) } ?? .global
    return added.filter { AddressScope($0.address) <= scope }
  }
}
