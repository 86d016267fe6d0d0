// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// When something last happened on a connection.
///
/// NIO's IdleStateHandler takes any byte received for activity, and a long file for one write that
/// makes no progress until its end; neither is what the limit is about.
struct ConnectionProgress {
  private var last = NIODeadline.now()
  private var unsent = 0

  /// A request came in or a response began.
  mutating func note() { last = .now() }

  /// Compares the bytes that wait to be sent with those of the last look; whether the connection
  /// has stood still for `limit`.
  mutating func isStalled(unsent: Int, limit: TimeAmount) -> Bool {
    if unsent != self.unsent {
      self.unsent = unsent
      note()
    }
    return .now() - last >= limit
  }
}

extension RequestHandler {
  /// Closes the connection when it stands still, not later than a quarter after the limit, or when
  /// the file it sends has lost bytes: at its early end sendfile(2) sends nothing and reports no
  /// error, and NIO would try again without a pause.
  func watchProgress(context: ChannelHandlerContext) -> RepeatedTask {
    let limit = TimeAmount(limits.idle)
    let quarter = TimeAmount.nanoseconds(limit.nanoseconds / 4)
    let interval = max(.milliseconds(1), min(.seconds(2), quarter))
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    return context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      let (handler, context) = bound.value
      let unsent = try context.channel.syncOptions?.getOption(.bufferedWritableBytes) ?? 0
      let isStalled = handler.progress.isStalled(unsent: unsent, limit: limit)
      if isStalled || handler.isBroken { context.close(promise: nil) }
    }
  }
}
