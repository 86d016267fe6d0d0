// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import SwarmClient

/// What a tracker answers: the bytes as its answer over HTTP, and as datagrams, each after a byte that
/// says how long it is.
func fuzzTrackerAnswer(_ bytes: [UInt8]) {
  if let answer = try? TrackerAnswer(http: bytes) { check(answer) }
  for isV6 in [false, true] { datagrams(bytes, isV6: isV6) }
}

private func check(_ answer: TrackerAnswer) {
  demand((1...86400).contains(answer.interval), "an interval of \(answer.interval) s")
  demand(answer.peers.count <= TrackerAnswer.maximum.peers, "too many peers")
  demand(answer.holders.count <= TrackerAnswer.maximum.torrents, "too many torrents")
  for peers in [answer.peers] + answer.holders.values {
    demand(peers.count <= TrackerAnswer.maximum.peers, "too many holders")
    demand(peers.allSatisfy { $0.port != 0 }, "a peer without a port")
  }
}

private func datagrams(_ bytes: [UInt8], isV6: Bool) {
  guard let torrent = TorrentID(bytes: [UInt8](repeating: 0x61, count: 20)) else { return }
  var random = Same()
  let request = TrackerRequest(
    torrent: torrent, peerID: Array("-AT0001-abcdefghijkl".utf8), port: 6881)
  var exchange = UDPTrackerExchange(request, isV6: [isV6], now: .zero, using: &random)
  var rest = bytes[...]
  var isOver = false
  while let length = rest.first, !isOver {
    let datagram = Array(rest.dropFirst().prefix(Int(length)))
    rest = rest.dropFirst(1 + Int(length))
    do throws(TrackerFailure) {
      _ = try exchange.datagram(at: .seconds(1))
      guard let answer = try exchange.receive(datagram, at: .seconds(2), using: &random) else {
        continue
      }
      check(answer)
      isOver = true
    } catch {
      isOver = true
    }
  }
}

/// Transaction ids that a made-up datagram can have.
private struct Same: RandomNumberGenerator {
  mutating func next() -> UInt64 { 0x0101_0101_0101_0101 }
}
