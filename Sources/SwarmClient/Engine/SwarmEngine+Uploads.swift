// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PackagesParser
internal import PeerWire

/// What others get of us.
extension SwarmEngine {
  /// Where a block lies.
  struct Place {
    let key: PieceKey
    let store: any PieceStore
    let range: Range<UInt64>
    /// Which leaf of the piece it is; nil for a part of one, or of several.
    let leaf: Int?
  }

  /// Where a block that a peer asks for lies; nil when we do not have it.
  func place(of block: BlockRequest, for link: PeerLink) -> Place? {
    guard let torrent = link.torrent, let key = scheduler.key(block.piece, in: torrent),
      isOffered(key)
    else { return nil }
    let piece = scheduler.files[key.file].pieces.range(of: key.piece)
    guard block.lies(within: UInt64(piece.count)) else { return nil }
    let start = piece.lowerBound + UInt64(block.offset)
    let end = start + UInt64(block.length)
    let (leaf, rest) = Int(block.offset).quotientAndRemainder(dividingBy: WireLimits.blockBytes)
    let isLeaf =
      rest == 0 && (Int(block.length) == WireLimits.blockBytes || end == piece.upperBound)
    return Place(
      key: key, store: stores[key.file], range: start..<end, leaf: isLeaf ? leaf : nil)
  }

  func mayUpload(_ bytes: Int) -> Bool {
    guard uploads.allows(now: now) else { return false }
    uploads.spend(bytes)
    return true
  }

  func uploaded(_ bytes: Int) {
    totals.uploaded += UInt64(bytes)
    meter.uploaded.count(UInt64(bytes))
  }

  /// Chooses who is sent to: all who want something while there are slots, and otherwise those who were
  /// sent least, so that everybody's turn comes.
  func rechoke(newRound: Bool) {
    let interested = links.values.filter { $0.isOpen && $0.session.isPeerInterested }
    let chosen: Set<Int>
    if interested.count <= policy.uploadSlots {
      chosen = Set(interested.map(\.id))
    } else if newRound {
      chosen = Set(
        interested.shuffled(using: &random).sorted { $0.sentLately < $1.sentLately }
          .prefix(policy.uploadSlots).map(\.id))
    } else {
      let kept = interested.filter { !$0.session.isChoking }.map(\.id)
      let others = interested.filter { $0.session.isChoking }.map(\.id)
      chosen = Set((kept + others).prefix(policy.uploadSlots))
    }
    for link in links.values where link.isOpen {
      if newRound { link.sentLately = 0 }
      choke(link, !chosen.contains(link.id))
    }
  }

  private func choke(_ link: PeerLink, _ isChoking: Bool) {
    guard link.session.isChoking != isChoking else { return }
    link.session.send(isChoking ? .choke : .unchoke, into: &link.output)
    if isChoking {
      for block in link.wanted { link.session.send(.reject(block), into: &link.output) }
      link.wanted.removeAll()
    }
    link.flush()
  }

  /// Pieces on their way from the mirror, over the web or the wire.
  private var fromMirror: [PieceKey] {
    web.underWay + links.values.filter(\.isMirror).flatMap { $0.transfers.map(\.key) }
  }

  /// Tells a peer which pieces we are getting from the mirror.
  func tellFetching(_ link: PeerLink) {
    guard link.isOpen, let torrent = link.torrent else { return }
    let ranges = ranges(of: fromMirror.filter { !scheduler.isDone($0) }, in: torrent)
    link.session.send(.numberedFetching, ranges, into: &link.output)
  }

  /// Tells all peers, after something was asked of the mirror.
  func tellFetching() {
    for link in links.values where !link.isMirror {
      tellFetching(link)
      link.flush()
    }
  }
}
