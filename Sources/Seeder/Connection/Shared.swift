// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import NIOPosix
internal import PeerWire
internal import Synchronization

/// What all event loops of a seeder have in common.
final class Shared: Sendable {
  let configuration: SeederConfiguration
  let site: ArchiveSite
  /// Threads that wait for disks.
  let pool: NIOThreadPool
  let knowledge: Knowledge
  let admission: Admission
  /// Of peers, which have a limit and a rate of their own.
  let peerAdmission: Admission
  /// What peers know this process by (BEP 20).
  let peerID: PeerID
  private let peerBucket: Mutex<TokenBucket>?
  let ledger: SharedLedger
  let objects: ObjectMaker
  let log: AccessLog?
  let troubles = Troubles()
  private let bucket: Mutex<TokenBucket>?

  init(
    _ configuration: SeederConfiguration, pool: NIOThreadPool, knowledge: Knowledge,
    log: AccessLog?
  ) {
    self.configuration = configuration
    self.pool = pool
    self.knowledge = knowledge
    ledger = SharedLedger(directory: configuration.state)
    objects = ObjectMaker(configuration, ledger: ledger)
    self.log = log
    var random = SystemRandomNumberGenerator()
    peerID = PeerID(using: &random)
    site = ArchiveSite(archive: configuration.archive, overlay: configuration.overlay)
    let limits = configuration.limits
    admission = Admission(limits.connections, perAddress: limits.connectionsPerAddress)
    peerAdmission = Admission(limits.peerConnections, perAddress: limits.peersPerAddress)
    peerBucket = limits.peerBandwidth.map { Mutex(TokenBucket(rate: $0.rawValue)) }
    bucket = configuration.limits.bandwidth.map { Mutex(TokenBucket(rate: $0.rawValue)) }
  }

  var limits: SeederLimits { configuration.limits }

  /// Takes `count` bytes of the bandwidth of all; returns how long to wait.
  func take(_ count: UInt64, now: NIODeadline) -> TimeAmount {
    bucket?.withLock { $0.take(count, now: now) } ?? .zero
  }

  /// The same for what peers are sent.
  func takeForPeers(_ count: UInt64, now: NIODeadline) -> TimeAmount {
    peerBucket?.withLock { $0.take(count, now: now) } ?? .zero
  }
}
