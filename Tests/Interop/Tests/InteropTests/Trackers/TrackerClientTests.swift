// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Real clients find each other by `archive-tool track` and nothing else.
///
/// Each has an address of its own, for Transmission takes no peer of the loopback network.
@Suite(
  .enabled(
    if: TestNetwork.isAvailable, "network namespaces are needed, and so are root and iproute2"))
struct TrackerClientTests {
  /// Two clients that meet.
  struct Pair: Sendable, CustomStringConvertible {
    let first: TrackedClient
    let second: TrackedClient

    /// libtorrent meets itself too: over UDP and IPv6 it is the only one that takes part.
    static let all = [
      Pair(first: .aria2, second: .transmission), Pair(first: .aria2, second: .libtorrent),
      Pair(first: .transmission, second: .libtorrent),
      Pair(first: .libtorrent, second: .libtorrent),
    ]

    var clients: [TrackedClient] { first == second ? [first] : [first, second] }
    var description: String { "\(first.rawValue) + \(second.rawValue)" }
  }

  @Test(arguments: Pair.all, TrackerFormat.allCases)
  func twoClientsCompleteEachOther(pair: Pair, format: TrackerFormat) async throws {
    let inabilities = pair.clients.compactMap { $0.inability(format) }
    let meeting = try await Wait.aside {
      try meet(pair, format, orSay: inabilities.map(\.words))
    }
    let notes = inabilities.map(\.reason) + pair.clients.compactMap { $0.condition(format) }
    try TrackerCell("\(pair)", format, meeting.isComplete, notes).record()
    #expect(meeting.isComplete == inabilities.isEmpty, "\(meeting)")
    if inabilities.isEmpty {
      #expect(meeting.numbers["complete"] == 2, "both are seeds now: \(meeting)")
    } else {
      #expect(meeting.saidSo, "\(meeting)")
    }
  }

  /// BEP 21: who has all that it wanted is no downloader any more, and no seed either.
  @Test(arguments: TrackerFormat.allCases)
  func aClientThatTookSomeFilesIsAPartialSeed(format: TrackerFormat) async throws {
    let (before, after) = try await Wait.aside { try takeSomeFiles(format) }
    let counted =
      after.numbers == ["complete": 1, "downloaded": 0, "downloaders": 0, "incomplete": 1]
    try TrackerCell(
      "libtorrent, some files of a torrent", format, after.isComplete && counted, []
    ).record()
    #expect(
      before.numbers == ["complete": 0, "downloaded": 0, "downloaders": 1, "incomplete": 1],
      "\(before)")
    #expect(after.isComplete && counted, "\(after)")
  }

  /// What became of two clients.
  private struct Meeting: Sendable {
    /// They hold what they wanted.
    let isComplete: Bool
    /// They said why they do not.
    var saidSo = false
    /// The last scrape.
    let numbers: [String: Int]
    let words: String
  }

  /// Lets two clients begin with the half that the other lacks, and waits until they have all, or
  /// until the words that were expected instead were said.
  private func meet(_ pair: Pair, _ format: TrackerFormat, orSay words: [String]) throws -> Meeting
  {
    let network = try TestNetwork()
    let tracker = try TrackerUnderTest(on: network, format.family)
    let whole = try TrackedTorrent.bytes(pieces: 16)
    let torrent = try TrackedTorrent(["data": whole], announce: tracker.url(format.transport))
    let nothing = [UInt8](repeating: 0, count: whole.count / 2)
    let first = try pair.first.start(
      torrent, in: directory(["data": whole.prefix(nothing.count) + nothing]), on: .first,
      of: network)
    let second = try pair.second.start(
      torrent, in: directory(["data": nothing + whole.suffix(nothing.count)]), on: .second,
      of: network)
    let said = { "\(first.words)\n\(second.words)" }
    let saidSo = { !words.isEmpty && words.allSatisfy(said().contains) }
    let isComplete = { first.holds(torrent.files) && second.holds(torrent.files) }
    var ended = waitFor(first, second) { saidSo() || isComplete() }
    if isComplete() {
      ended = waitFor(first, second) { tracker.scrape(torrent)["complete"] == 2 }
    }
    return Meeting(
      isComplete: isComplete(), saidSo: saidSo(), numbers: tracker.scrape(torrent),
      words: "\(ended)\n\(said())")
  }

  /// A libtorrent that is to have one file of three: as it begins, with nobody there, and as it
  /// ends, after a seed came.
  private func takeSomeFiles(_ format: TrackerFormat) throws -> (Meeting, Meeting) {
    let network = try TestNetwork()
    let tracker = try TrackerUnderTest(on: network, format.family)
    let files = try Dictionary(
      uniqueKeysWithValues: ["a", "b", "c"].map {
        ("data/\($0)", try TrackedTorrent.bytes(pieces: 4))
      })
    let wanted = files.filter { $0.key == "data/b" }
    let torrent = try TrackedTorrent(files, announce: tracker.url(format.transport))
    let partial = try TrackedClient.libtorrent.start(
      torrent, in: directory([:]), on: .first, of: network, wanted: 1)
    _ = waitFor(partial) { tracker.scrape(torrent)["incomplete"] == 1 }
    let before = Meeting(
      isComplete: false, numbers: tracker.scrape(torrent), words: partial.words)
    let seed = try TrackedClient.libtorrent.start(
      torrent, in: directory(files), on: .second, of: network)
    let ended = waitFor(partial, seed) {
      let numbers = tracker.scrape(torrent)
      return partial.holds(wanted) && numbers["complete"] == 1 && numbers["downloaders"] == 0
    }
    let after = Meeting(
      isComplete: partial.holds(wanted), numbers: tracker.scrape(torrent),
      words: "\(ended)\n\(partial.words)\n\(seed.words)")
    return (before, after)
  }

  /// Waits until it becomes true, or one of them has ended, and says which. The time is enough for
  /// Transmission, which tries things once in some ten seconds.
  private func waitFor(_ clients: RunningClient..., isTrue: () -> Bool) -> String {
    var ended = false
    let became = Wait.until(within: .seconds(120)) {
      ended = clients.contains(where: \.hasEnded)
      return ended || isTrue()
    }
    return ended ? "a client has ended" : became ? "in time" : "not in time"
  }

  private func directory(_ files: [String: [UInt8]]) throws -> String {
    let directory = try Scratch.directory("client")
    try TrackedTorrent.write(files, below: directory)
    return directory
  }
}
