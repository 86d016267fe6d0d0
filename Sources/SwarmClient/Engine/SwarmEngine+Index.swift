// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PackagesParser
internal import PeerWire

/// Newer indices, which come while the engine runs.
extension SwarmEngine {
  /// Has `look` called when a newer index is to be looked for: after each `interval`, and soon when a
  /// peer names numbers that ours does not have.
  package func watchIndex(every interval: Duration, _ look: @escaping () -> Void) {
    refresh = RefreshSchedule(every: interval, now: now)
    self.look = look
  }

  /// What `look` began has ended.
  package func lookEnded(hasNews: Bool) { refresh?.ended(hasNews: hasNews, now: now) }

  /// A peer's index goes up to `next`.
  func heard(of next: UInt32, in torrent: TorrentID) {
    guard let ours = torrents[torrent], next > ours.next.rawValue else { return }
    refresh?.hint(now: now)
  }

  /// A peer has a number, and maybe others below it.
  func heard(ofHaving last: UInt32, from link: PeerLink) {
    guard let torrent = link.torrent, last < .max else { return }
    heard(of: last + 1, in: torrent)
  }

  /// Takes over what a newer index says. Connections stay as they are, and what peers said to have
  /// under numbers that nobody here knew counts from now on.
  package func take(_ update: IndexUpdate) {
    for file in update.files { take(file) }
    for torrent in update.torrents { take(torrent, update) }
    for link in links.values { updateInterest(link) }
    pump()
  }

  private func take(_ update: IndexUpdate.File) {
    let file = update.position
    switch update.standing {
    case .gone:
      guard unlisted.insert(file).inserted, ended.contains(file) else { return }
      withdraw(file)
    case .listed: relist(file)
    case .numbered(let numbering):
      let isNew = scheduler.add(numbering, to: file)
      if isNew || unlisted.contains(file) { relist(file, isNew: isNew) }
    }
  }

  /// A file is in the index, and has other numbers, or was not in it for a while.
  private func relist(_ file: Int, isNew: Bool = false) {
    let wasGone = unlisted.remove(file) != nil
    guard wasGone || isNew else { return }
    let offered = scheduler.keys(of: file).filter(isOffered)
    for link in links.values where link.isOpen {
      guard let torrent = link.torrent else { continue }
      let ranges = ranges(of: offered, in: torrent)
      guard !ranges.isEmpty else { continue }
      link.session.send(.numberedHave, ranges, into: &link.output)
    }
    hurryTrackers(of: file)
  }

  /// New connections begin with what is known now, and those that are there are told.
  private func take(_ torrent: ReleasedTorrent, _ update: IndexUpdate) {
    let isOurs = scheduler.numbered[torrent.id] != nil
    guard isOurs, torrents[torrent.id] != torrent else { return }
    if torrents.updateValue(torrent, forKey: torrent.id) == nil {
      for tracker in update.trackers + extraTrackers { trackers?.add(tracker, torrent.id) }
      keepKnown(in: torrent.id)
    }
    guard let state = state(of: torrent.id) else { return }
    for link in links.values where link.isOpen && link.torrent == torrent.id {
      link.session.update(state)
      var again = ExtendedHandshake()
      again.numbered = state
      link.session.send(again, into: &link.output)
    }
  }
}
