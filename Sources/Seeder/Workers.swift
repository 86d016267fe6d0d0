// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import NIOPosix

/// The workers of all event loops.
struct Workers: Sendable {
  private let byLoop: [ObjectIdentifier: Worker]

  /// Gives each loop of `group` its worker, which begins at once.
  init(_ group: any EventLoopGroup, shared: Shared) {
    let loops = Array(group.makeIterator() as EventLoopIterator)
    let slots = (shared.limits.peerSlots + loops.count - 1) / max(1, loops.count)
    let workers = loops.map { Worker(loop: $0, shared: shared, slots: slots) }
    byLoop = Dictionary(
      workers.map { (ObjectIdentifier($0.loop), $0) }, uniquingKeysWith: { first, _ in first })
    forEach { $0.start() }
  }

  /// One of the loops.
  var anyLoop: any EventLoop {
    // There is one a group, and a group has no fewer than one.
    byLoop.values.first?.loop ?? MultiThreadedEventLoopGroup.singleton.next()
  }

  /// The worker of a loop.
  ///
  /// - Throws: `ArchiveError` for a loop of another group.
  func on(_ loop: any EventLoop) throws(ArchiveError) -> Worker {
    guard let worker = byLoop[ObjectIdentifier(loop)] else {
      throw ArchiveError(.software, "an event loop without a worker")
    }
    return worker
  }

  /// Has each worker do something on its loop.
  func forEach(_ body: @escaping @Sendable (Worker) -> Void) {
    for worker in byLoop.values { worker.loop.execute { body(worker) } }
  }

  /// Asks each worker something on its loop.
  func submit<T: Sendable>(_ body: @escaping @Sendable (Worker) -> T) -> [EventLoopFuture<T>] {
    byLoop.values.map { worker in worker.loop.submit { body(worker) } }
  }

  /// What `body` says of each worker, on its loop.
  func collect<T: Sendable>(_ body: @escaping @Sendable (Worker) -> T) async throws -> [T] {
    var all: [T] = []
    for future in submit(body) { all.append(try await future.get()) }
    return all
  }
}
