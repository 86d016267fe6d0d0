// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import PeerWire

/// What a peer says, and what is done about it.
extension PeerConnection {
  /// Takes an event; bytes in it are borrowed.
  ///
  /// - Throws: `WireError` when the connection has to end.
  func take(_ event: PeerEvent) throws(WireError) {
    switch event {
    case .handshake(let handshake): look(for: handshake.infoHash)
    case .extended: noteExtended()
    case .interested, .notInterested: noteInterest()
    case .request(let request): try take(request)
    case .cancel(let request): try cancel(request)
    case .hashRequest(let range): takeHashRequest(range)
    case .metadata(.request(let part)): giveMetadata(part)
    // Nothing was asked of it, and what it has is of no use here.
    case .metadata, .choked, .unchoked, .have, .haveAll, .haveNone, .bitfield, .haveRanges,
      .fetching, .dontHave, .reject, .block, .hashes, .hashReject, .peers, .ignored:
      break
    }
  }

  /// Ends the connection for what the peer said.
  func refuse(_ error: WireError) {
    switch error {
    case .protocolName: end(.protocolName)
    case .flood: end(.flood)
    case .notNumbered, .generation:
      // Where it can be told why, it is.
      if session.shared.contains(.extensions) {
        var answer = ExtendedHandshake()
        answer.failure = error.description
        speak { $0.send(answer, into: &$1) }
        flush()
      }
      end(.notNumbered)
    case .refused: closeNow()
    default: end(.malformed)
    }
  }

  private func look(for hash: InfoHash) {
    phase = .looking
    hub.torrents.join(hash) { torrent in
      guard let torrent else { return self.end(.unknownTorrent) }
      // The connection may have ended meanwhile.
      guard self.phase == .looking else { return self.hub.torrents.leave(hash) }
      self.settle(torrent)
      self.greet(torrent)
      // What it said after its handshake.
      self.process()
      self.resumeReading()
    }
  }

  private func noteInterest() {
    since = worker.clock.uptime
    if isInterested {
      slotSince = worker.clock.uptime
      hub.giveSlot(self)
    } else {
      setSlot(false)
    }
  }

  private func take(_ request: BlockRequest) throws(WireError) {
    guard hasSlot, requests.count < worker.limits.peerRequests,
      let torrent, let piece = torrent.piece(request.piece, in: worker.catalog),
      piece.has(request)
    else {
      // Choked, too many, not held, beyond the piece, or of no length.
      try session.chargeRefusal(now: worker.clock.uptime.sinceBoot)
      reject(request)
      return
    }
    requests.append(request)
    waitForTurn()
  }

  private func cancel(_ request: BlockRequest) throws(WireError) {
    guard let index = requests.firstIndex(of: request) else {
      try session.chargeRefusal(now: worker.clock.uptime.sinceBoot)
      return
    }
    requests.remove(at: index)
    // BEP 6: each request has one answer.
    reject(request)
  }

  /// Gives a part of the info dictionary (BEP 9), as often as anybody needs it.
  private func giveMetadata(_ part: UInt32) {
    guard case .standard(let standard)? = torrent else { return }
    let start = UInt64(part) * UInt64(MetadataMessage.partBytes)
    guard start < UInt64(standard.info.count), metadataLeft > 0 else {
      speak { $0.send(.metadata, MetadataMessage.reject(part: part).encoded, into: &$1) }
      return
    }
    metadataLeft -= 1
    hub.counters.metadataParts += 1
    let end = min(standard.info.count, Int(start) + MetadataMessage.partBytes)
    standard.info.withUnsafeBytes { info in
      let bytes = UnsafeRawBufferPointer(rebasing: info[Int(start)..<end])
      let message = MetadataMessage.data(part: part, size: UInt64(info.count), bytes)
      speak { $0.send(.metadata, message.encoded, into: &$1) }
    }
    hub.pay(end - Int(start))
  }

  private func takeHashRequest(_ range: HashRange) {
    let now = worker.clock.uptime
    guard let torrent, range.isSound(WireLimits()), hashBudget.take(now: now) else {
      return say(.hashReject(range))
    }
    hub.hashes.answer(range, of: torrent) { hashes in
      self.hashBudget.finish()
      guard self.phase == .open else { return }
      if let hashes {
        self.hub.counters.hashAnswers += 1
        hashes.withUnsafeBytes { self.say(.hashes(range, $0)) }
        self.hub.pay(hashes.count)
      } else {
        self.say(.hashReject(range))
      }
      if !self.isProcessing { self.flush() }
    }
  }
}
