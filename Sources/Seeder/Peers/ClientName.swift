// SPDX-License-Identifier: Apache-2.0

internal import PeerWire

/// The program that a peer's id names (BEP 20).
enum ClientName {
  /// The letters of those that are common.
  private static let known = [
    "A2": "aria2", "AT": "archive-tool", "AZ": "Vuze", "BI": "BiglyBT", "BT": "BitTorrent",
    "DE": "Deluge", "FD": "Free Download Manager", "KT": "KTorrent", "LT": "libtorrent",
    "TR": "Transmission", "TX": "Tixati", "UT": "uTorrent", "WW": "WebTorrent",
    "lt": "rTorrent", "qB": "qBittorrent",
  ]

  /// The name; the two letters of the id where they are nobody's we know, and `other` where the id
  /// is of another form.
  static func of(_ id: PeerID) -> String {
    let bytes = id.bytes
    // aria2 writes its version as A2-1-36-0-.
    if bytes.starts(with: Array("A2-".utf8)) { return "aria2" }
    guard bytes.count >= 8, bytes[0] == 0x2D, bytes[7] == 0x2D, isAlphanumeric(bytes[1]),
      isAlphanumeric(bytes[2])
    else { return "other" }
    let letters = String(decoding: bytes[1...2], as: UTF8.self)
    return known[letters] ?? letters
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
