// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

extension PeerSession {
  /// Sends a message.
  public mutating func send(_ message: Message, into output: inout [UInt8]) {
    switch message {
    case .choke: isChoking = true
    case .unchoke: isChoking = false
    case .interested: isInterested = true
    case .notInterested: isInterested = false
    default: break
    }
    message.append(to: &output)
  }

  /// Sends an extended handshake.
  public mutating func send(_ handshake: ExtendedHandshake, into output: inout [UInt8]) {
    handshake.encoded.withUnsafeBytes { Message.extended(0, $0).append(to: &output) }
  }

  /// Sends an extension's message under the number that the peer wants it under.
  ///
  /// - Returns: false where the peer does not take it, and nothing is sent.
  @discardableResult
  public func send(
    _ name: ExtensionName, _ payload: [UInt8], into output: inout [UInt8]
  ) -> Bool {
    guard let id = extended?.numbers[name], id != 0 else { return false }
    payload.withUnsafeBytes { Message.extended(id, $0).append(to: &output) }
    return true
  }

  /// Says that we no longer have a piece (BEP 54).
  @discardableResult
  public func sendDontHave(_ piece: UInt32, into output: inout [UInt8]) -> Bool {
    var payload: [UInt8] = []
    payload.append(bigEndian: piece)
    return send(.dontHave, payload, into: &output)
  }

  /// On a numbered torrent, says which pieces we have, or are getting from a web seed.
  @discardableResult
  public func send(
    _ name: ExtensionName, _ ranges: some Sequence<PieceRange>, into output: inout [UInt8]
  ) -> Bool {
    var payload: [UInt8] = []
    PackedRanges.append(ranges, to: &payload)
    return send(name, payload, into: &output)
  }

  /// Takes over what we know of the numbered torrent by now.
  public mutating func update(_ state: NumberedState) {
    if case .numbered = kind { kind = .numbered(state) }
  }
}
