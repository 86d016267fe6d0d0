// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import Logging
internal import Seeder
private import Tracker

extension TrackerSetup {
  /// Names the process's own seeder to downloaders, unless the operator has said by which addresses
  /// that is reached: those it listens on, where they are any one machine's.
  mutating func offer(_ peers: [ListenAddress]) {
    guard policy.ownSeeds.isEmpty, !http.isEmpty || !udp.isEmpty else { return }
    let endpoints = peers.compactMap { try? Endpoint($0.description) }
    policy.ownSeeds = endpoints.filter { $0.port != 0 && !$0.address.isUnspecified }
    if !peers.isEmpty, policy.ownSeeds.isEmpty {
      logger.warning(
        "the tracker does not name this seeder to peers: say its addresses by Tracker-Own-Seeds")
    }
  }
}

extension IPAddress {
  /// 0.0.0.0 or ::, which stand for all addresses of a machine.
  fileprivate var isUnspecified: Bool { isV4 ? v4 == 0 : high == 0 && low == 0 }
}
