// SPDX-License-Identifier: Apache-2.0

/// Addresses as they stand in messages of trackers and peers.
extension IPAddress {
  /// Reads 4 or 16 bytes in network order; nil for any other count.
  package init?(network bytes: some Collection<UInt8>) {
    switch bytes.count {
    case 4: self.init(v4: bytes.reduce(0) { $0 << 8 | UInt32($1) })
    case 16:
      self.init(
        high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
        low: bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
    default: return nil
    }
  }

  /// 4 or 16 bytes in network order.
  package var networkBytes: [UInt8] {
    var bytes: [UInt8] = []
    if isV4 {
      bytes.append(bigEndian: v4)
    } else {
      bytes.append(bigEndian: high)
      bytes.append(bigEndian: low)
    }
    return bytes
  }
}

/// Peers of 6 or 18 bytes: an address and a port (BEP 23, BEP 7).
extension Endpoint {
  /// Reads peers of one family; what is left over at the end is passed over.
  package static func compact(_ bytes: ArraySlice<UInt8>, isV6: Bool) -> [Endpoint] {
    let length = isV6 ? 18 : 6
    var rest = bytes
    var peers: [Endpoint] = []
    peers.reserveCapacity(bytes.count / length)
    while rest.count >= length {
      let peer = rest.prefix(length)
      if let address = IPAddress(network: peer.dropLast(2)) {
        peers.append(Endpoint(address, port: peer.suffix(2).reduce(0) { $0 << 8 | UInt16($1) }))
      }
      rest = rest.dropFirst(length)
    }
    return peers
  }

  /// Appends the 6 or 18 bytes.
  package func append(compactTo output: inout [UInt8]) {
    output += address.networkBytes
    output.append(bigEndian: port)
  }
}
