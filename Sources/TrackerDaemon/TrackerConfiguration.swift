// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Tracker

/// Where a tracker listens, and what it does besides answering.
package struct TrackerConfiguration: Sendable {
  /// For announces and scrapes over HTTP.
  package var http: [Endpoint] = []
  /// For BEP 15.
  package var udp: [Endpoint] = []
  /// For metrics and statistics, which are nobody else's business.
  package var admin: [Endpoint] = []
  package var policy = TrackerPolicy()
  /// What the program calls itself.
  package var version = ""
  /// How many threads answer; nil for one on each processor that the process may use.
  package var workers: Int?
  /// How many descriptors it may use; nil for all that the process may have.
  package var descriptors: Int?
  /// Where swarms are kept over a restart; nil for nowhere.
  package var snapshot: String?
  /// Gives the registry when it is called first, and a new one whenever what it is made from has
  /// changed; called once a second, and may block.
  package var reload: @Sendable () throws -> TorrentRegistry?
  /// Told of what goes wrong while the tracker goes on.
  package var onTrouble: @Sendable (any Error) -> Void

  package init(
    reload: @escaping @Sendable () throws -> TorrentRegistry?,
    onTrouble: @escaping @Sendable (any Error) -> Void = { _ in }
  ) {
    self.reload = reload
    self.onTrouble = onTrouble
  }
}
