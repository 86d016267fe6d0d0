// SPDX-License-Identifier: Apache-2.0

extension Message {
  /// Reads the message at the start of `bytes`, which is `length 4 | id 1 | payload`; nil where it is
  /// not all there yet.
  ///
  /// - Parameters:
  ///   - bytes: what has come so far.
  ///   - consumed: set to the message's bytes, with its length.
  ///   - limits: what is sound.
  /// - Throws: `WireError` as soon as the length, or the message, cannot be sound.
  public init?(
    _ bytes: UnsafeRawBufferPointer, consumed: inout Int, limits: WireLimits
  ) throws(WireError) {
    guard bytes.count >= 4 else { return nil }
    let length = bytes.bigEndian(at: 0, as: UInt32.self)
    guard length <= limits.messageBytes else { throw .messageLength(length) }
    guard length > 0 else {
      consumed = 4
      self = .keepAlive
      return
    }
    // What cannot become sound need not be waited for.
    if bytes.count > 4 { try Self.check(bytes[4], Int(length) - 1) }
    let end = 4 + Int(length)
    guard bytes.count >= end else { return nil }
    consumed = end
    self.init(id: bytes[4], UnsafeRawBufferPointer(rebasing: bytes[5..<end]))
  }

  /// - Throws: `WireError` for a length that no message of this id has.
  private static func check(_ id: UInt8, _ length: Int) throws(WireError) {
    let isSound =
      switch id {
      case MessageID.choke, MessageID.unchoke, MessageID.interested, MessageID.notInterested,
        MessageID.haveAll, MessageID.haveNone:
        length == 0
      case MessageID.have, MessageID.suggest, MessageID.allowedFast: length == 4
      case MessageID.request, MessageID.cancel, MessageID.reject: length == BlockRequest.byteCount
      case MessageID.block: length > 8 && length <= 8 + WireLimits.blockBytes
      case MessageID.port: length == 2
      case MessageID.extended: length >= 1
      case MessageID.hashRequest, MessageID.hashReject: length == HashRange.byteCount
      case MessageID.hashes:
        length > HashRange.byteCount && (length - HashRange.byteCount).isMultiple(of: 32)
      default: true
      }
    guard isSound else { throw .malformed(id) }
  }

  /// The payload has a length that `check` has passed.
  private init(id: UInt8, _ payload: UnsafeRawBufferPointer) {
    func number() -> UInt32 { payload.bigEndian(at: 0, as: UInt32.self) }
    self =
      switch id {
      case MessageID.choke: .choke
      case MessageID.unchoke: .unchoke
      case MessageID.interested: .interested
      case MessageID.notInterested: .notInterested
      case MessageID.have: .have(number())
      case MessageID.bitfield: .bitfield(payload)
      case MessageID.request: .request(BlockRequest(payload))
      case MessageID.block:
        .block(
          piece: number(), offset: payload.bigEndian(at: 4, as: UInt32.self), payload.dropping(8))
      case MessageID.cancel: .cancel(BlockRequest(payload))
      case MessageID.port: .port(payload.bigEndian(at: 0, as: UInt16.self))
      case MessageID.suggest: .suggest(number())
      case MessageID.haveAll: .haveAll
      case MessageID.haveNone: .haveNone
      case MessageID.reject: .reject(BlockRequest(payload))
      case MessageID.allowedFast: .allowedFast(number())
      case MessageID.extended: .extended(payload[0], payload.dropping(1))
      case MessageID.hashRequest: .hashRequest(HashRange(payload))
      case MessageID.hashes: .hashes(HashRange(payload), payload.dropping(HashRange.byteCount))
      case MessageID.hashReject: .hashReject(HashRange(payload))
      default: .unknown(id)
      }
  }
}
