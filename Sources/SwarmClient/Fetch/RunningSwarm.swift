// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// An engine under way, for those who are not on its loop.
struct RunningSwarm: Sendable {
  let engine: NIOLoopBound<SwarmEngine>
  let loop: any EventLoop
  let done: EventLoopFuture<Void>
  /// An element whenever newer indices are to be looked for.
  let looks: AsyncStream<Void>

  func stop() {
    let engine = engine
    loop.execute { engine.value.stop() }
  }

  /// Says goodbye and ends.
  func leave() async {
    let engine = engine
    try? await loop.flatSubmit { engine.value.leaveTrackers() }.get()
    stop()
  }

  /// Waits for the last file.
  func finished() async throws -> SwarmTotals {
    let engine = engine
    try await done.get()
    return try await loop.submit { engine.value.totals }.get()
  }

  /// Hands over what a newer index says.
  func take(_ update: IndexUpdate) {
    let engine = engine
    loop.execute { engine.value.take(update) }
  }

  /// Says that looking for newer indices has ended.
  func lookEnded(hasNews: Bool) {
    let engine = engine
    loop.execute { engine.value.lookEnded(hasNews: hasNews) }
  }
}
