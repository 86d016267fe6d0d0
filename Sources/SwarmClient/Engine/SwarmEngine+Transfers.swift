// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import NIOCore
internal import NIOPosix
internal import PeerWire

/// Pieces from peers.
extension SwarmEngine {
  /// The next piece for a peer to send.
  func nextTransfer(for link: PeerLink) -> PieceTransfer? {
    let busy = Set(link.transfers.map(\.key))
    let (web, now) = (web, now)
    let key = scheduler.nextPiece(
      of: link.id, excluding: busy, isMirrorNeeded: { web.url(of: $0, now: now) == nil }, now: now)
    guard let key, let number = scheduler.number(of: key, heldBy: link.id) else { return nil }
    scheduler.begin(key, now: now)
    if let orphan = orphans.removeValue(forKey: key) {
      if !orphan.isReady { ask(for: orphan, of: link) }
      return orphan
    }
    let transfer = PieceTransfer(
      key, number: number, length: scheduler.length(key), leaves: .unknown)
    ask(for: transfer, of: link)
    return transfer
  }

  /// Finds out the leaves of a piece before any block of it is asked for.
  private func ask(for transfer: PieceTransfer, of link: PeerLink) {
    if let known = proofs.known(transfer.key) {
      transfer.leaves = .known(known)
    } else if let range = proofs.range(of: transfer.key) {
      transfer.leaves = .awaited(range)
      awaiting[range, default: []].append((link.id, transfer, now))
      link.session.send(.hashRequest(range), into: &link.output)
    } else {
      transfer.leaves = .unknown
    }
  }

  /// An answer about leaves: who sends one that proves nothing is a liar.
  func take(_ range: HashRange, _ hashes: UnsafeRawBufferPointer, from link: PeerLink) {
    guard let waiting = awaiting[range], let key = proofs.key(of: range) else { return }
    guard HashProof.root(of: range, hashes, &digest) == range.root else { return ban(link) }
    awaiting[range] = nil
    let answer = Array(hashes)
    proofs.keep(answer: answer, of: key)
    for entry in waiting {
      entry.transfer.leaves = .known(answer)
      links[entry.link]?.fill()
      links[entry.link]?.flush()
    }
  }

  /// A peer cannot say the leaves: the archive's own seeder can, if we know it.
  func refused(_ range: HashRange, by link: PeerLink) {
    let mirror = links.values.first {
      $0.isOpen && $0 !== link && $0.isMirror
    }
    guard let waiting = awaiting[range] else { return }
    if let mirror, !link.isMirror {
      mirror.session.send(.hashRequest(range), into: &mirror.output)
      mirror.flush()
      awaiting[range] = waiting.map { ($0.link, $0.transfer, now) }
    } else {
      goOnWithoutLeaves(range)
    }
  }

  private func goOnWithoutLeaves(_ range: HashRange) {
    for entry in awaiting.removeValue(forKey: range) ?? [] {
      entry.transfer.leaves = .unknown
      links[entry.link]?.fill()
      links[entry.link]?.flush()
    }
  }

  /// Answers about leaves that do not come are done without.
  func giveUpHashes(_ now: Duration) {
    for (range, waiting) in awaiting
    where waiting.contains(where: { now - $0.since > .seconds(5) }) {
      goOnWithoutLeaves(range)
    }
  }

  /// A piece from a peer is together.
  func finish(_ transfer: PieceTransfer, from link: PeerLink) {
    verify(transfer.key, transfer.buffer, from: .peer(link))
  }

  /// A piece will not come from a peer: what came of it and was proven is kept for another.
  func giveUp(_ transfer: PieceTransfer, of link: PeerLink, lost: Bool) {
    if case .awaited(let range) = transfer.leaves {
      awaiting[range]?.removeAll { $0.transfer === transfer }
      if awaiting[range]?.isEmpty == true { awaiting[range] = nil }
    }
    transfer.forgetRequests()
    scheduler.release(transfer.key)
    if lost { scheduler.peer(link.id, lost: transfer.number) }
    if case .known = transfer.leaves, orphans[transfer.key] == nil, !scheduler.isDone(transfer.key)
    {
      orphans[transfer.key] = transfer
    } else {
      waste(transfer.receivedBytes)
    }
  }

  /// A block is not what its leaf says.
  func caught(_ link: PeerLink, _ transfer: PieceTransfer, block: Int) {
    totals.bad += UInt64(block)
    meter.fromPeers.count(UInt64(block))
    waste(block)
    ban(link)
  }

  /// Answers a question about leaves, those of pieces that were there before as soon as they are read.
  func answer(_ range: HashRange, to link: PeerLink) throws(WireError) {
    // A request of 53 bytes has an answer of 16 KiB, and may have all of a file read: who does not take
    // what was sent gets no more, and a file is read once at a time, whoever asks.
    guard range.isSound(WireLimits()), let key = proofs.key(of: range), isOffered(key),
      link.hasRoom, !readingLeaves.contains(key.file)
    else {
      try link.session.chargeRefusal(now: now)
      return link.session.send(.hashReject(range), into: &link.output)
    }
    let lacking = proofs.lacking(range, of: key)
    guard !lacking.isEmpty else { return answerNow(range, of: key, to: link) }
    readingLeaves.insert(key.file)
    readLeaves(of: lacking[...]) { [weak self, weak link] in
      guard let self else { return }
      self.readingLeaves.remove(key.file)
      guard let link else { return }
      self.answerNow(range, of: key, to: link)
      link.flush()
    }
  }

  private func answerNow(_ range: HashRange, of key: PieceKey, to link: PeerLink) {
    if isOffered(key), let answer = try? proofs.answer(range, of: key) {
      answer.withUnsafeBytes { link.session.send(.hashes(range, $0), into: &link.output) }
    } else {
      link.session.send(.hashReject(range), into: &link.output)
    }
  }

  /// Digests the leaves of pieces that were there before, one after the other.
  private func readLeaves(of keys: ArraySlice<PieceKey>, _ done: @escaping () -> Void) {
    guard let key = keys.first else { return done() }
    let table = scheduler.files[key.file].pieces
    let expected = table.hashes[key.piece]
    let (pool, loop) = (pool, loop)
    stores[key.file].read(table.range(of: key.piece)).flatMap { bytes in
      pool.runIfActive(eventLoop: loop) {
        try bytes.withUnsafeReadableBytes {
          try PieceCheck($0, expected: expected, wantsLeaves: true)
        }
      }
    }.assumeIsolated().whenComplete { result in
      switch result {
      case .failure(let error):
        self.lose(key.file, error)
        done()
      case .success(let check) where !check.isGood:
        self.lose(key.file, self.damaged(key))
        done()
      case .success(let check):
        self.proofs.keep(check.leaves, of: key)
        self.readLeaves(of: keys.dropFirst(), done)
      }
    }
  }
}
