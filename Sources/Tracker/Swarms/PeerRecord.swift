// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// One peer of a swarm, packed: there are millions.
protocol PeerRecord: BitwiseCopyable, Sendable {
  /// What BEP 23 and BEP 7 write of it.
  static var compactLength: Int { get }

  init(_ endpoint: Endpoint)

  var endpoint: Endpoint { get }
  var scope: AddressScope { get }
  /// When it was last heard, in ticks, modulo 256.
  var stamp: UInt8 { get set }
  /// Whether its `completed` was counted.
  var isCounted: Bool { get set }

  /// Whether both name the same peer.
  func isSame(as other: Self) -> Bool
  /// Spreads peers over a table.
  func spread(_ seed: UInt64) -> UInt32
  /// Address and port in network byte order.
  func write(to output: inout ByteWriter)
}

/// An IPv4 peer in 8 bytes.
struct Peer4: PeerRecord {
  static var compactLength: Int { 6 }

  private let address: UInt32
  private let port: UInt16
  private var flags: UInt8 = 0
  var stamp: UInt8 = 0

  @inline(__always)
  init(_ endpoint: Endpoint) {
    address = endpoint.address.v4
    port = endpoint.port
  }

  var endpoint: Endpoint { Endpoint(IPAddress(v4: address), port: port) }
  var scope: AddressScope { AddressScope(v4: address) }
  var isCounted: Bool {
    get { flags & 1 != 0 }
    set { flags = newValue ? 1 : 0 }
  }

  @inline(__always)
  func isSame(as other: Peer4) -> Bool { address == other.address && port == other.port }

  @inline(__always)
  func spread(_ seed: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: SwarmRandom.mixed(seed ^ UInt64(address) << 16 ^ UInt64(port)) >> 32)
  }

  @inline(__always)
  func write(to output: inout ByteWriter) {
    output.append(address)
    output.append(port)
  }
}

/// An IPv6 peer in 20 bytes: 32-bit words, so that none are lost to alignment.
struct Peer6: PeerRecord {
  static var compactLength: Int { 18 }

  private let words: (UInt32, UInt32, UInt32, UInt32)
  private let port: UInt16
  private var flags: UInt8 = 0
  var stamp: UInt8 = 0

  @inline(__always)
  init(_ endpoint: Endpoint) {
    let (high, low) = (endpoint.address.high, endpoint.address.low)
    words = (
      UInt32(truncatingIfNeeded: high >> 32), UInt32(truncatingIfNeeded: high),
      UInt32(truncatingIfNeeded: low >> 32), UInt32(truncatingIfNeeded: low)
    )
    port = endpoint.port
  }

  private var high: UInt64 { UInt64(words.0) << 32 | UInt64(words.1) }
  private var low: UInt64 { UInt64(words.2) << 32 | UInt64(words.3) }

  var endpoint: Endpoint { Endpoint(IPAddress(high: high, low: low), port: port) }
  var scope: AddressScope { AddressScope(high: high, low: low) }
  var isCounted: Bool {
    get { flags & 1 != 0 }
    set { flags = newValue ? 1 : 0 }
  }

  @inline(__always)
  func isSame(as other: Peer6) -> Bool {
    high == other.high && low == other.low && port == other.port
  }

  @inline(__always)
  func spread(_ seed: UInt64) -> UInt32 {
    let half = SwarmRandom.mixed(seed ^ high)
    return UInt32(truncatingIfNeeded: SwarmRandom.mixed(half ^ low &+ UInt64(port)) >> 32)
  }

  @inline(__always)
  func write(to output: inout ByteWriter) {
    output.append(words.0)
    output.append(words.1)
    output.append(words.2)
    output.append(words.3)
    output.append(port)
  }
}
