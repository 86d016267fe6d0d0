// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

/// Lets connections wait while there is no descriptor or memory for them.
///
/// Each of them would wake the loop again at once. NIO's own `AcceptBackoffHandler` asks for less, but
/// the socket stays watched meanwhile.
final class AcceptPause: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private static let pause = TimeAmount.milliseconds(100)
  private static let shortages: Set<CInt> = [EMFILE, ENFILE, ENOBUFS, ENOMEM]

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? IOError, Self.shortages.contains(error.errnoCode) else {
      context.fireErrorCaught(error)
      return
    }
    let channel = context.channel
    try? channel.syncOptions?.setOption(.autoRead, value: false)
    context.eventLoop.scheduleTask(in: Self.pause) {
      try? channel.syncOptions?.setOption(.autoRead, value: true)
    }
  }
}
