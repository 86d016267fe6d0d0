// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PeerWire

/// What we ask of the peer.
extension PeerLink {
  /// Asks for pieces and blocks, as many as may be under way.
  func fill() {
    guard isOpen, !session.isChoked else { return }
    guard engine.downloads.allows(now: engine.now) else { return }
    let count = transfers.count
    while needsTransfer, let transfer = engine.nextTransfer(for: self) {
      transfers.append(transfer)
    }
    if isMirror, transfers.count > count { engine.tellFetching() }
    var left = window - transfers.reduce(0) { $0 + $1.outstanding }
    for transfer in transfers where transfer.isReady {
      while left > 0, let block = transfer.next() {
        if transfer.outstanding == 1 { lastProgress = max(lastProgress, engine.now) }
        session.send(.request(block), into: &output)
        left -= 1
      }
    }
  }

  /// One piece at a time, and the next one when the last blocks of it are under way, so that the
  /// digests of its leaves are there in time.
  private var needsTransfer: Bool {
    transfers.isEmpty
      || transfers.count < 3 && transfers.allSatisfy { $0.isReady && $0.isNearlyAsked }
  }

  /// Takes a block.
  func take(piece: UInt32, offset: UInt32, _ bytes: UnsafeRawBufferPointer) {
    guard let index = transfers.firstIndex(where: { $0.number == piece }) else {
      return engine.unasked(bytes.count)
    }
    let transfer = transfers[index]
    switch transfer.take(bytes, at: offset, &engine.digest) {
    case .unasked: engine.unasked(bytes.count)
    case .bad: engine.caught(self, transfer, block: bytes.count)
    case .taken:
      lastProgress = engine.now
      engine.received(bytes.count, from: self)
      if case .known = transfer.leaves { widen() }
      guard transfer.isComplete else { return }
      transfers.remove(at: index)
      engine.finish(transfer, from: self)
    }
  }

  /// The peer has sent what is good.
  func widen() {
    let most = min(engine.policy.pipeline, Int(session.extended?.requests ?? 64))
    window = max(1, min(window * 2, most))
  }

  /// A request will not be answered.
  func rejected(_ block: BlockRequest) {
    guard let index = transfers.firstIndex(where: { $0.number == block.piece }),
      transfers[index].rejected(block), !session.isChoked
    else { return }
    // What it does not send, it does not have.
    let transfer = transfers.remove(at: index)
    broken += 1
    engine.giveUp(transfer, of: self, lost: true)
  }

  /// The peer took a piece back: that is no fault of it.
  func tookBack(_ number: UInt32) {
    guard let index = transfers.firstIndex(where: { $0.number == number }) else { return }
    engine.giveUp(transfers.remove(at: index), of: self, lost: false)
  }

  /// Gives up what is under way.
  func abandon() {
    let all = transfers
    transfers.removeAll()
    for transfer in all { engine.giveUp(transfer, of: self, lost: false) }
  }

  /// Stops a piece that came from elsewhere meanwhile.
  func cancel(_ key: PieceKey) {
    guard let index = transfers.firstIndex(where: { $0.key == key }) else { return }
    let transfer = transfers.remove(at: index)
    for block in transfer.underWay { session.send(.cancel(block), into: &output) }
    engine.waste(transfer.receivedBytes)
  }
}

extension PieceTransfer {
  /// Whether all but a few of its blocks are there or under way.
  var isNearlyAsked: Bool { remainingToAsk <= 16 }
}
