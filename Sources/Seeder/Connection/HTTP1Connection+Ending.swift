// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages
internal import NIOCore

/// How a connection ends: by itself, at a deadline, or with the seeder.
extension HTTP1Connection: Served {
  /// Ends the connection once what was said has been taken.
  func finish() {
    guard let context else { return }
    flush(context)
    linger(context)
  }

  /// Closes our side and waits for the client's: a socket that is closed with requests unread is
  /// reset, and what the client has not read yet would be lost.
  func linger(_ context: ChannelHandlerContext) {
    switch phase {
    case .lingering, .closed: return
    default: break
    }
    phase = .lingering
    since = worker.clock.uptime
    input = ByteBuffer()
    if inputClosed || copies {
      enqueue(.byteBuffer(ByteBuffer()), context).assumeIsolated().whenComplete { _ in
        self.context?.close(promise: nil)
      }
    } else {
      // NIO shuts the socket down when what is queued has gone.
      context.close(mode: .output, promise: nil)
    }
  }

  /// Called from time to time.
  func checkDeadlines() {
    guard let context else { return }
    let limits = worker.limits
    let now = worker.clock.uptime
    let unsent = unsent(context)
    if unsent > 0, progress.isTooSlow(unsent: unsent, now: now, limits: limits) {
      return expire(context)
    }
    let age = now - since
    switch phase {
    case .ready:
      if unsent > 0 {
        since = now
      } else if parser.isUnderWay || input.readableBytes > 0 {
        if age >= TimeAmount(limits.header) { timeOut(context) }
      } else if age >= TimeAmount(limits.idle) {
        context.close(promise: nil)
      }
    case .receiving: if age >= TimeAmount(limits.header) { timeOut(context) }
    case .sending(let sending):
      if unsent == 0 { progress.begin(now) }
      if unsent > 0, sending.pump.isBroken { expire(context) }
    case .lingering:
      if unsent > 0 {
        since = now
      } else if age >= TimeAmount(limits.linger) {
        context.close(promise: nil)
      }
    case .answering, .paused, .closed: break
    }
  }

  /// Bytes that wait for the client. Of what the channel has, it knows what has gone already.
  private func unsent(_ context: ChannelHandlerContext) -> Int {
    queued == 0
      ? 0 : (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? queued
  }

  private func expire(_ context: ChannelHandlerContext) {
    worker.counters.timeouts += 1
    context.close(promise: nil)
  }

  private func timeOut(_ context: ChannelHandlerContext) {
    worker.counters.timeouts += 1
    framing = ResponseHead.Framing(minorVersion: 1, keepsAlive: false)
    refuse(.timeout)
  }

  /// Closes when idle, otherwise after the response under way.
  func drain() {
    guard let context else { return }
    framing.keepsAlive = false
    if case .ready = phase, input.readableBytes == 0 { linger(context) }
  }

  func closeNow() { context?.close(promise: nil) }
}
