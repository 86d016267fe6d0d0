// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
private import Synchronization

/// The connections that are open, so that a shutdown can wait for them.
final class ConnectionTable: Sendable {
  /// Tells a connection to close once nothing is outstanding.
  ///
  /// NIO's ChannelShouldQuiesceEvent would not do: HTTPServerPipelineHandler takes a response for
  /// done when the last of it is queued, and cuts off what the client has yet to take.
  struct Drain: Sendable {}

  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    /// Set once a shutdown has begun; kept when the last connection goes.
    var drained: EventLoopPromise<Void>?
  }
  private let state = Mutex(State())

  init() {}

  /// Keeps `channel` until it closes; false during a shutdown, when it should be closed.
  func add(_ channel: any Channel) -> Bool {
    let added = state.withLock { state in
      if state.drained != nil { return false }
      state.channels[ObjectIdentifier(channel)] = channel
      return true
    }
    if added { channel.closeFuture.whenComplete { _ in self.remove(channel) } }
    return added
  }

  private func remove(_ channel: any Channel) {
    let drained = state.withLock { state in
      state.channels[ObjectIdentifier(channel)] = nil
      return state.channels.isEmpty ? state.drained : nil
    }
    drained?.succeed()
  }

  /// Closes idle connections now and the others after the response under way; to be called once.
  ///
  /// Returns what is fulfilled when the last one has closed.
  func drain(on loop: any EventLoop) -> EventLoopFuture<Void> {
    let drained = loop.makePromise(of: Void.self)
    let channels = state.withLock { state in
      state.drained = drained
      return Array(state.channels.values)
    }
    if channels.isEmpty { drained.succeed() }
    for channel in channels {
      channel.pipeline.fireUserInboundEventTriggered(Drain())
    }
    return drained.futureResult
  }

  /// Closes what is left, whatever it is doing.
  func closeAll() {
    for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
  }
}
