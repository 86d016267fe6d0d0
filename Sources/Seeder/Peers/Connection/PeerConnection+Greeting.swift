// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import PeerWire
private import TorrentMetadata

/// What a connection begins with, and what is said again when the archive changes.
extension PeerConnection {
  /// Answers the handshake.
  func greet(_ torrent: PeerTorrent) {
    hub.counters.handshakes += 1
    guard let theirs = session.handshake else { return }
    var features: Handshake.Features = [.extensions, .fast]
    switch torrent {
    case .standard(let torrent):
      if torrent.form.hasV2 { features.insert(.v2) }
      // BEP 52: whoever knows the v2 swarm of a hybrid is told its hash, and goes on in that.
      let upgraded = theirs.features.contains(.v2) ? torrent.upgraded : nil
      say(upgraded ?? theirs.infoHash, features)
      session.begin(.standard(pieces: torrent.pieceCount))
      greet(torrent)
    case .numbered(let swarm):
      guard let state = swarm.state else { return end(.withdrawn) }
      say(theirs.infoHash, features)
      session.begin(.numbered(state))
      greet(swarm, state)
    }
  }

  private func say(_ hash: InfoHash, _ features: Handshake.Features) {
    let ours = Handshake(infoHash: hash, peerID: worker.shared.peerID, features: features)
    speak { _, output in ours.append(to: &output) }
  }

  private func greet(_ torrent: StandardTorrent) {
    let parts = torrent.info.count / MetadataMessage.partBytes + 1
    metadataLeft = 2 * parts + worker.limits.metadataRepeats
    if session.shared.contains(.extensions) {
      var hello = hello
      hello.numbers = [.metadata: ExtensionName.metadata.rawValue]
      hello.metadataSize = UInt64(torrent.info.count)
      speak { $0.send(hello, into: &$1) }
    }
    if session.shared.contains(.fast) {
      say(.haveAll)
    } else {
      bitfield(torrent.pieceCount).withUnsafeBytes { say(.bitfield($0)) }
    }
  }

  /// All bits set but the spare ones.
  private func bitfield(_ count: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xFF, count: Int((count + 7) / 8))
    if !count.isMultiple(of: 8) { bytes[bytes.count - 1] = 0xFF << UInt8(8 - count % 8) }
    return bytes
  }

  private var hello: ExtendedHandshake {
    var hello = ExtendedHandshake()
    hello.requests = UInt32(worker.limits.peerRequests)
    hello.isUploadOnly = true
    hello.client = "archive-tool"
    hello.yourAddress = address?.addressBytes
    return hello
  }

  private func greet(_ swarm: NumberedSwarm, _ state: NumberedState) {
    // The dialect needs both: the peer has to be able to be told so, and requests to be rejected.
    guard session.shared.isSuperset(of: [.extensions, .fast]) else { return refuse(.notNumbered) }
    var hello = hello
    hello.numbers = [.dontHave: ExtensionName.dontHave.rawValue]
    hello.numbers[.numberedHave] = ExtensionName.numberedHave.rawValue
    hello.numbered = state
    speak { $0.send(hello, into: &$1) }
  }

  /// The peer said which extensions it has: of a numbered torrent it is told now what there is.
  func noteExtended() {
    guard case .numbered(let swarm)? = torrent, let state = swarm.state, !isGreeted else { return }
    isGreeted = true
    if swarm.available.isEmpty {
      say(.haveNone)
    } else if swarm.available == [PieceRange(state.floor, state.next &- 1)] {
      say(.haveAll)
    } else {
      speak { $0.send(.numberedHave, swarm.available, into: &$1) }
    }
  }

  /// Tells a peer of a numbered torrent what has changed.
  func tell(_ change: NumberedSwarm.Change, of swarm: NumberedSwarm) {
    guard phase == .open, isGreeted else { return }
    guard let state = swarm.state else { return end(.withdrawn) }
    if change.isRaised {
      session.update(state)
      var again = ExtendedHandshake()
      again.numbered = state
      speak { $0.send(again, into: &$1) }
    }
    if !change.gained.isEmpty {
      speak { $0.send(.numberedHave, change.gained, into: &$1) }
    }
    let lost = change.lost.reduce(UInt64(0)) { $0 + UInt64($1.last - $1.first) + 1 }
    // It is told less by connecting again.
    if lost > UInt64(worker.limits.peerOutputBytes / 16) { return end(.withdrawn) }
    for range in change.lost {
      for number in range.first...range.last {
        speak { $0.sendDontHave(number, into: &$1) }
      }
    }
    flush()
  }
}

extension SocketAddress {
  /// The address alone, in network order; nil for what is none.
  fileprivate var addressBytes: [UInt8]? {
    withSockAddr { pointer, size in
      let bytes = UnsafeRawBufferPointer(start: pointer, count: size)
      return switch self {
      case .v4 where size >= 8: Array(bytes[4..<8])
      case .v6 where size >= 24: Array(bytes[8..<24])
      default: nil
      }
    }
  }
}
