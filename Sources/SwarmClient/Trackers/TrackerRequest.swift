// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import TorrentMetadata

/// What a peer tells a tracker of itself (BEP 3), and what it asks (docs/protocol.md, "Holders of
/// pieces").
package struct TrackerRequest: Hashable, Sendable {
  /// Why it announces; the numbers are those of BEP 15 and 21.
  package enum Event: UInt32, Hashable, Sendable {
    case none, completed, started, stopped
    /// Has all that it wants, and not all that there is (BEP 21).
    case paused
  }

  /// What it says of the pieces that it offers.
  package enum Offer: Hashable, Sendable {
    case unchanged
    /// In place of what was told before.
    case have([PieceRange])
    /// Beside what was told before.
    case more([PieceRange])
  }

  package var torrent: TorrentID
  /// 20 bytes (BEP 20).
  package var peerID: [UInt8]
  package var port: UInt16
  package var uploaded: UInt64 = 0
  package var downloaded: UInt64 = 0
  /// 0 for a peer that has everything.
  package var left: UInt64 = 1
  package var event = Event.none
  /// How many peers are wanted; nil for the tracker's own choice.
  package var count: UInt16?
  /// Tells the tracker that it is still the same peer when its address changes.
  package var key: UInt32 = 0
  package var offer = Offer.unchanged
  /// The pieces that are looked for.
  package var want: [PieceRange] = []

  /// Announces a peer of `torrent`.
  package init(torrent: TorrentID, peerID: [UInt8], port: UInt16) {
    self.torrent = torrent
    self.peerID = peerID
    self.port = port
  }
}

extension TrackerRequest {
  /// The most ranges that a request of either protocol carries: more would make a URL that servers
  /// refuse, or a datagram that is cut into fragments.
  package static let maximumRanges = (http: 300, udp: 80, want: 32)

  /// This request and those that have to follow it because it offers more than `limit` ranges.
  package func parts(limit: Int) -> [TrackerRequest] {
    var first = self
    first.want = Array(want.prefix(Self.maximumRanges.want))
    let ranges: [PieceRange]
    switch offer {
    case .unchanged: return [first]
    case .have(let all), .more(let all): ranges = all
    }
    guard ranges.count > limit else { return [first] }
    return stride(from: 0, to: ranges.count, by: limit).map { start in
      var part = first
      let some = Array(ranges[start..<min(start + limit, ranges.count)])
      if start > 0 {
        part.offer = .more(some)
        part.event = .none
        part.want = []
        part.count = 0
      } else if case .have = offer {
        part.offer = .have(some)
      } else {
        part.offer = .more(some)
      }
      return part
    }
  }

  /// The URL of the announce (BEP 3, 7 and 23); nil where `tracker` is no http or https URL, or it
  /// gets too long.
  package func url(at tracker: AbsoluteURL) -> HTTPURL? {
    var query: [(String, String)] = [
      ("info_hash", PercentEncoding.encode(torrent.bytes)),
      ("peer_id", PercentEncoding.encode(peerID)), ("port", "\(port)"),
      ("uploaded", "\(uploaded)"), ("downloaded", "\(downloaded)"), ("left", "\(left)"),
      ("compact", "1"), ("key", Hex.string(withUnsafeBytes(of: key.bigEndian) { Array($0) })),
    ]
    if let name = event.name { query.append(("event", name)) }
    if let count { query.append(("numwant", "\(count)")) }
    switch offer {
    case .unchanged: break
    case .have(let ranges): query.append(("have", Self.text(ranges)))
    case .more(let ranges): query.append(("more", Self.text(ranges)))
    }
    if !want.isEmpty { query.append(("want", Self.text(want))) }
    let separator = tracker.string.contains("?") ? "&" : "?"
    let text = query.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    return AbsoluteURL(tracker.string + separator + text).flatMap { HTTPURL($0) }
  }

  private static func text(_ ranges: [PieceRange]) -> String {
    ranges.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }
      .joined(separator: ",")
  }
}

extension TrackerRequest.Event {
  /// As HTTP trackers take it.
  var name: String? {
    switch self {
    case .none: nil
    case .completed: "completed"
    case .started: "started"
    case .stopped: "stopped"
    case .paused: "paused"
    }
  }
}
