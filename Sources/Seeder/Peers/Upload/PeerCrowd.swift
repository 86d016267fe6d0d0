// SPDX-License-Identifier: Apache-2.0

/// By which programs and from how many networks peers are connected. What any of them has or wants
/// is no part of it.
struct PeerCrowd: Sendable {
  private(set) var byClient: [String: Int] = [:]
  private var byNetwork: [NetworkKey: Int] = [:]
  private(set) var ipv6 = 0
  private(set) var all = 0

  mutating func add(_ key: NetworkKey, client: String?) {
    all += 1
    if key.isIPv6 { ipv6 += 1 }
    byClient[client ?? "has not said", default: 0] += 1
    byNetwork[key.networkOnly, default: 0] += 1
  }

  /// Networks of 24 bits, or 64 for IPv6.
  var networks: Int { byNetwork.count }

  /// How many are from the network with most.
  var mostOfOneNetwork: Int { byNetwork.values.max() ?? 0 }

  static func + (a: PeerCrowd, b: PeerCrowd) -> PeerCrowd {
    var sum = a
    sum.byClient.merge(b.byClient, uniquingKeysWith: +)
    sum.byNetwork.merge(b.byNetwork, uniquingKeysWith: +)
    sum.ipv6 += b.ipv6
    sum.all += b.all
    return sum
  }
}
