// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
private import Synchronization

/// What a tracker says of itself, for a listener that somebody else opens; nothing while it does not
/// run.
package final class TrackerPages: Sendable {
  private let context = Mutex<WorkerContext?>(nil)

  init() {}

  func show(_ context: WorkerContext?) { self.context.withLock { $0 = context } }

  /// Metrics in Prometheus's text format.
  package func metrics() -> String { current.map(MetricsPage.render) ?? "" }

  /// Who is there, in words; takes as long as looking at each swarm does.
  package func statistics() -> String { current.map(StatisticsPage.render) ?? "" }

  /// The same in numbers; nil while it does not run.
  package func status() -> TrackerStatus? { current.map { TrackerStatus($0) } }

  private var current: WorkerContext? { context.withLock { $0 } }
}
