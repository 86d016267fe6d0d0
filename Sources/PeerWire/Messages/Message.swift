// SPDX-License-Identifier: Apache-2.0

/// One message of the peer wire protocol; bytes are borrowed from where it was read.
public enum Message {
  /// BEP 3: nothing, to keep a connection open.
  case keepAlive
  /// BEP 3, id 0: no requests are answered.
  case choke
  /// BEP 3, id 1.
  case unchoke
  /// BEP 3, id 2: the sender wants pieces that the receiver has.
  case interested
  /// BEP 3, id 3.
  case notInterested
  /// BEP 3, id 4.
  case have(UInt32)
  /// BEP 3, id 5: the highest bit of the first byte is the first piece.
  case bitfield(UnsafeRawBufferPointer)
  /// BEP 3, id 6.
  case request(BlockRequest)
  /// BEP 3, id 7: bytes of a piece from an offset on.
  case block(piece: UInt32, offset: UInt32, UnsafeRawBufferPointer)
  /// BEP 3, id 8.
  case cancel(BlockRequest)
  /// BEP 5, id 9: the port of the sender's DHT node.
  case port(UInt16)
  /// BEP 6, id 13.
  case suggest(UInt32)
  /// BEP 6, id 14.
  case haveAll
  /// BEP 6, id 15.
  case haveNone
  /// BEP 6, id 16: a request will not be answered.
  case reject(BlockRequest)
  /// BEP 6, id 17.
  case allowedFast(UInt32)
  /// BEP 10, id 20: an extension's number and its message.
  case extended(UInt8, UnsafeRawBufferPointer)
  /// BEP 52, id 21.
  case hashRequest(HashRange)
  /// BEP 52, id 22: nodes and uncle hashes, 32 bytes each.
  case hashes(HashRange, UnsafeRawBufferPointer)
  /// BEP 52, id 23.
  case hashReject(HashRange)
  /// An id that none of these proposals has; to be ignored.
  case unknown(UInt8)
}

/// Numbers of the messages above.
enum MessageID {
  static let choke: UInt8 = 0
  static let unchoke: UInt8 = 1
  static let interested: UInt8 = 2
  static let notInterested: UInt8 = 3
  static let have: UInt8 = 4
  static let bitfield: UInt8 = 5
  static let request: UInt8 = 6
  static let block: UInt8 = 7
  static let cancel: UInt8 = 8
  static let port: UInt8 = 9
  static let suggest: UInt8 = 13
  static let haveAll: UInt8 = 14
  static let haveNone: UInt8 = 15
  static let reject: UInt8 = 16
  static let allowedFast: UInt8 = 17
  static let extended: UInt8 = 20
  static let hashRequest: UInt8 = 21
  static let hashes: UInt8 = 22
  static let hashReject: UInt8 = 23
}
