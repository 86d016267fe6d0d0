// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Synchronization

/// How many connections there are, in all and from each address.
final class Admission: Sendable {
  /// Whether a connection is served.
  enum Verdict: Sendable { case served, turnedAway, closed }

  /// An IPv4 address or the network part of an IPv6 one: whoever has one of these has 2^64.
  private enum Origin: Hashable {
    case four(UInt32)
    case six(UInt64)
    /// By a Unix domain socket: the operator's own proxy.
    case local
  }

  private struct State {
    var total = 0
    var turnedAway = 0
    var byOrigin: [Origin: Int] = [:]
    var emptied: EventLoopPromise<Void>?
  }
  /// Told that there is no room, at once.
  static let mostTurnedAway = 512

  private let state = Mutex(State())
  private let most: Int
  private let mostPerAddress: Int

  /// Serves `most` connections at once, and of these `mostPerAddress` from one address.
  init(_ most: Int, perAddress mostPerAddress: Int) {
    self.most = most
    self.mostPerAddress = mostPerAddress
  }

  /// Counts a connection from `address`, to be taken back by `leave`, unless it is to be closed.
  func enter(_ address: SocketAddress?) -> Verdict {
    let origin = Self.origin(address)
    return state.withLock { state in
      if state.emptied != nil { return .closed }
      let fromThere = state.byOrigin[origin, default: 0]
      let isFull =
        state.total - state.turnedAway >= most
        || origin != .local && fromThere >= mostPerAddress
      // Whoever is turned away is told so, but not when even that is too much.
      if isFull, state.turnedAway >= min(Self.mostTurnedAway, max(1, most / 2)) { return .closed }
      state.total += 1
      if isFull { state.turnedAway += 1 } else { state.byOrigin[origin] = fromThere + 1 }
      return isFull ? .turnedAway : .served
    }
  }

  /// Takes back what `enter` counted.
  func leave(_ address: SocketAddress?, _ verdict: Verdict) {
    let origin = Self.origin(address)
    let emptied = state.withLock { state -> EventLoopPromise<Void>? in
      state.total -= 1
      if verdict == .turnedAway {
        state.turnedAway -= 1
      } else if let count = state.byOrigin[origin] {
        state.byOrigin[origin] = count > 1 ? count - 1 : nil
      }
      return state.total == 0 ? state.emptied : nil
    }
    emptied?.succeed()
  }

  /// Whether there are as many connections as there may be, wherever they are from.
  var isFull: Bool { state.withLock { $0.total - $0.turnedAway >= most } }

  var count: Int { state.withLock { $0.total } }

  /// From how many addresses connections are, and how many from the one with most.
  var origins: (count: Int, most: Int) {
    state.withLock { ($0.byOrigin.count, $0.byOrigin.values.max() ?? 0) }
  }

  /// Lets nobody in any more; fulfilled when the last connection has gone. To be called once.
  func close(on loop: any EventLoop) -> EventLoopFuture<Void> {
    let promise = loop.makePromise(of: Void.self)
    let isEmpty = state.withLock { state in
      state.emptied = promise
      return state.total == 0
    }
    if isEmpty { promise.succeed() }
    return promise.futureResult
  }

  private static func origin(_ address: SocketAddress?) -> Origin {
    guard let address else { return .local }
    return address.withSockAddr { pointer, size in
      let bytes = UnsafeRawBufferPointer(start: pointer, count: size)
      return switch address {
      // sockaddr_in and sockaddr_in6: family, port, in the latter flow information, address.
      case .v4 where size >= 8: .four(bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
      case .v6 where size >= 16: .six(bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      default: .local
      }
    }
  }
}
