// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// What all event loops of a seeder have in common.
final class Shared: Sendable {
  let configuration: SeederConfiguration
  let site: ArchiveSite
  /// Threads that wait for disks.
  let pool: NIOThreadPool
  let knowledge: Knowledge
  let admission: Admission
  let objects: ObjectMaker
  let log: AccessLog?
  private let bucket: Mutex<TokenBucket>?

  init(
    _ configuration: SeederConfiguration, pool: NIOThreadPool, knowledge: Knowledge,
    log: AccessLog?
  ) {
    self.configuration = configuration
    self.pool = pool
    self.knowledge = knowledge
    objects = ObjectMaker(configuration)
    self.log = log
    site = ArchiveSite(archive: configuration.archive, overlay: configuration.overlay)
    admission = Admission(configuration.limits)
    bucket = configuration.limits.bandwidth.map { Mutex(TokenBucket(rate: $0.rawValue)) }
  }

  var limits: SeederLimits { configuration.limits }

  /// Takes `count` bytes of the bandwidth of all; returns how long to wait.
  func take(_ count: UInt64, now: NIODeadline) -> TimeAmount {
    bucket?.withLock { $0.take(count, now: now) } ?? .zero
  }
}
