// SPDX-License-Identifier: Apache-2.0

/// What a tracker says of itself.
package struct TrackerStatus: Codable, Hashable, Sendable {
  /// Peers that are remembered, by how much they have.
  package var seeds = 0
  package var partialSeeds = 0
  package var downloaders = 0
  /// Torrents that somebody has announced.
  package var swarms = 0
  /// Ids that are answered for.
  package var torrents = 0
  /// Peers that have told which pieces they have.
  package var holderPeers = 0
  package var announcesOverHttp: UInt64 = 0
  package var announcesOverUdp: UInt64 = 0
  package var scrapes: UInt64 = 0
  package var refusals: UInt64 = 0
  package var connections = 0
  /// Bytes that peers and holders take, and may take.
  package var memory = 0
  package var memoryLimit = 0
  /// Why something that happens in the background does not; nil while all is well.
  package var trouble: String?

  package init() {}

  package var peers: Int { seeds + partialSeeds + downloaders }

  /// What the operator should know.
  package var warnings: [StatusWarning] {
    var warnings: [StatusWarning] = []
    if let trouble {
      warnings.append(
        StatusWarning(
          "tracker-trouble", "The tracker goes on as it was: \(trouble)",
          action: "Mend what it names; it is tried again each second."))
    }
    if memoryLimit > 0, memory >= memoryLimit / 20 * 19 {
      warnings.append(
        StatusWarning(
          "tracker-memory",
          "The tracker's peers take \(memory >> 20) of \(memoryLimit >> 20) MiB; at the limit new "
            + "peers are turned away.",
          action: "Raise Tracker-Memory."))
    }
    return warnings
  }
}
