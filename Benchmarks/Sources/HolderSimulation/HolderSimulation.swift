// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Glibc
import Tracker

/// Fills a tracker's holder index from a field of a million peers, lets some of them go, and asks for
/// every content once.
@main
struct HolderSimulation {
  private let peers: Int
  private let holdings: Holdings
  private let torrent: NumberedTorrent
  private var index: HolderIndex
  private var random = SwarmRandom(seed: 2026)
  /// Who is there in truth, whatever the tracker believes.
  private var isLive: [Bool]
  private var liveHolders: [UInt32]
  private var announces = 0
  private var now = Moment(seconds: 10_000)

  static func main() {
    let peers = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
    var simulation = HolderSimulation(peers: peers, contents: 60_000, perPeer: 1500)
    simulation.run()
  }

  private init(peers: Int, contents: Int, perPeer: Double) {
    self.peers = peers
    holdings = Holdings(contents: contents, perPeer: perPeer)
    let id = SwarmID([UInt8](repeating: 1, count: 20).span.bytes, at: 0)
    var torrent = NumberedTorrent(id: id, name: "simulated")
    for content in 0..<UInt32(contents) {
      // A gap after each, so that contents are ranges of their own.
      guard let numbers = PieceNumberRange(first: PieceNumber(content * 2), count: 1) else {
        continue
      }
      torrent.append(numbers, content: content)
    }
    self.torrent = torrent
    index = HolderIndex(seed: 1)
    isLive = [Bool](repeating: false, count: peers + peers / 10)
    liveHolders = [UInt32](repeating: 0, count: contents)
  }

  private func endpoint(_ peer: Int) -> Endpoint {
    Endpoint(IPAddress(v4: 0x0100_0000 &+ UInt32(peer)), port: 6881)
  }

  private mutating func announce(_ peer: Int) {
    var ranges: [PieceRange] = []
    ranges.reserveCapacity(2000)
    holdings.forEach(of: peer) { ranges.append(PieceRange(UInt32($0) * 2, UInt32($0) * 2)) }
    index.hold(
      ranges, isMore: false, by: endpoint(peer), of: torrent, at: now, canGrow: true, &random)
    announces += 1
  }

  private mutating func come(_ peer: Int) {
    isLive[peer] = true
    holdings.forEach(of: peer) { liveHolders[$0] += 1 }
  }

  private mutating func go(_ peer: Int) {
    isLive[peer] = false
    holdings.forEach(of: peer) { liveHolders[$0] -= 1 }
  }

  private mutating func run() {
    let empty = residentBytes()
    let start = processorSeconds()
    for peer in 0..<peers {
      if peer % (peers / 100) == 0 { advance(18) }
      announce(peer)
    }
    let seconds = processorSeconds() - start
    let resident = residentBytes() - empty
    let bytes = index.bytes
    for peer in 0..<peers { come(peer) }
    churn()
    report(bytes: bytes, resident: resident, microseconds: seconds * 1e6 / Double(peers))
  }

  /// Time goes on, and the sweep with it.
  private mutating func advance(_ seconds: UInt64) {
    now = Moment(seconds: now.seconds + seconds)
    index.expire(at: now, lifetime: 168, limit: holdings.contents * Int(seconds) / 300)
  }

  /// Half an hour: of a hundred peers ten stop, five vanish, ten come, and all others announce again,
  /// one in five with what it holds.
  private mutating func churn() {
    for peer in 0..<peers {
      if peer % (peers / 100) == 0 { advance(18) }
      switch random.next() % 100 {
      case 0..<10:
        go(peer)
        index.stop(endpoint(peer), of: torrent.id)
      case 10..<15: go(peer)
      case 15..<32: announce(peer)
      default: index.refresh(endpoint(peer), of: torrent.id, at: now)
      }
      if peer % 10 == 0 {
        let new = peers + peer / 10
        come(new)
        announce(new)
      }
    }
  }

  private mutating func report(bytes: Int, resident: Int, microseconds: Double) {
    print(
      "\(peers) peers, \(holdings.contents) contents; at most \(index.listLimit) holders a content")
    print(
      "\(announces) announces with pieces, the first of each peer in \(round(microseconds)) us of CPU"
    )
    print(
      "the index: \(round(Double(bytes) / 1e6)) MB counted, \(round(Double(resident) / 1e6)) MB resident\n"
    )
    print("held by            contents   of these held   answered        share")
    let bounds = [0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]
    var all = (held: 0, answered: 0)
    for (low, high) in zip(bounds, bounds.dropFirst()) {
      let contents = (0..<holdings.contents).filter {
        holdings.share(of: $0) >= low && holdings.share(of: $0) < high
      }
      var (held, answered) = (0, 0)
      for content in contents where liveHolders[content] > 0 {
        held += 1
        if isAnswered(content) { answered += 1 }
      }
      all.held += held
      all.answered += answered
      row("under \(high * 100) % of peers", contents.count, held, answered)
    }
    row("all", holdings.contents, all.held, all.answered)
    let isReached = Double(all.answered) >= 0.99 * Double(all.held) && bytes < 100_000_000
    print("\ngoal of 99 % and under 100 MB: \(isReached ? "met" : "MISSED")")
    if !isReached { exit(1) }
  }

  /// Whether one of those named is there and holds the content.
  private mutating func isAnswered(_ content: Int) -> Bool {
    var found: [HolderIndex.Holder] = []
    index.holders(
      of: [PieceRange(UInt32(content) * 2, UInt32(content) * 2)], in: torrent, wanted: 50,
      for: Endpoint(IPAddress(v4: 0xDFFF_FFFF), port: 1), into: &found, &random)
    for holder in found {
      let peer = Int(holder.endpoint.address.v4 - 0x0100_0000)
      guard isLive[peer] else { continue }
      var holds = false
      holdings.forEach(of: peer) { if $0 == content { holds = true } }
      return holds
    }
    return false
  }

  private func row(_ name: String, _ contents: Int, _ held: Int, _ answered: Int) {
    let share = held == 0 ? "-" : "\((Double(answered) * 1e5 / Double(held)).rounded() / 1000) %"
    let columns = ["\(contents)", "\(held)", "\(answered)", share]
    let widths = [9, 16, 11, 13]
    let line = zip(columns, widths).map {
      String(repeating: " ", count: max(1, $1 - $0.utf8.count)) + $0
    }
    print(name + String(repeating: " ", count: max(1, 18 - name.utf8.count)) + line.joined())
  }

  private func round(_ number: Double) -> Double { (number * 10).rounded() / 10 }
}

/// VmRSS of this process.
private func residentBytes() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return 0 }
  defer { fclose(file) }
  var (all, resident) = (0, 0)
  guard
    withUnsafeMutablePointer(
      to: &all,
      { all in
        withUnsafeMutablePointer(to: &resident) { resident in
          withVaList([all, resident]) { vfscanf(file, "%ld %ld", $0) }
        }
      }) == 2
  else { return 0 }
  return resident * sysconf(Int32(_SC_PAGESIZE))
}

private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
