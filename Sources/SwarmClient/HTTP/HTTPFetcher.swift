// SPDX-License-Identifier: Apache-2.0

package import NIOCore
internal import NIOPosix
private import Synchronization

/// The client for those who wait: from any task, whole answers, or bytes written as they come.
package struct HTTPFetcher: Sendable {
  private let client: NIOLoopBound<HTTPClient>
  private let context: HTTPContext

  /// Asks by `client`.
  package init(_ client: NIOLoopBound<HTTPClient>, context: HTTPContext) {
    self.client = client
    self.context = context
  }

  /// A client of its own, on the loop of `context`.
  package static func start(_ context: HTTPContext) async throws -> HTTPFetcher {
    let loop = context.loop
    let client = try await loop.submit {
      NIOLoopBound(HTTPClient(context), eventLoop: loop)
    }.get()
    return HTTPFetcher(client, context: context)
  }

  /// Where its client lives.
  var loop: any EventLoop { context.loop }

  /// The client, for those who are on its loop.
  var clientOnLoop: HTTPClient { client.value }

  /// Ends all connections.
  package func shutDown() async {
    let client = client
    try? await context.loop.submit { client.value.shutDown() }.get()
  }

  /// The head of the answer to `request` and its bytes, at most the request's limit of them.
  ///
  /// - Throws: `HTTPFailure`.
  package func bytes(_ request: HTTPRequest) async throws -> (answer: HTTPAnswer, bytes: [UInt8]) {
    let bytes = Gathered()
    let answer = try await copy(request) { buffer in
      bytes.append(buffer)
    }
    return (answer, bytes.all)
  }

  /// Hands the bytes that come to `write`, in order, on a thread that may wait for a disk; no more
  /// than a few of them pile up before it.
  ///
  /// - Throws: `HTTPFailure`, or what `write` or `begin` throws, which ends the request.
  package func copy(
    _ request: HTTPRequest, begin: @escaping @Sendable (HTTPAnswer) throws -> Void = { _ in },
    write: @escaping @Sendable (ByteBuffer) throws -> Void
  ) async throws -> HTTPAnswer {
    let (client, context) = (client, context)
    let promise = context.loop.makePromise(of: HTTPAnswer.self)
    let copy = NIOLoopBoundBox.makeEmptyBox(valueType: HTTPCopy.self, eventLoop: context.loop)
    return try await withTaskCancellationHandler {
      context.loop.execute {
        let new = HTTPCopy(context, promise, begin: begin, write: write)
        copy.value = new
        new.start(request, client.value)
      }
      return try await promise.futureResult.get()
    } onCancel: {
      context.loop.execute { copy.value?.stop(CancellationError()) }
    }
  }
}

/// One answer on its way to a thread that writes; confined to the client's loop.
private final class HTTPCopy {
  /// Bytes that may wait to be written before the connection is held back.
  private static let window = 1 << 20

  private let context: HTTPContext
  private var promise: EventLoopPromise<HTTPAnswer>?
  private let begin: @Sendable (HTTPAnswer) throws -> Void
  private let write: @Sendable (ByteBuffer) throws -> Void
  private var transfer: HTTPTransfer?
  private var answer: HTTPAnswer?
  private var waiting: [ByteBuffer] = []
  private var waitingBytes = 0
  private var isWriting = false
  private var hasEnded = false

  init(
    _ context: HTTPContext, _ promise: EventLoopPromise<HTTPAnswer>,
    begin: @escaping @Sendable (HTTPAnswer) throws -> Void,
    write: @escaping @Sendable (ByteBuffer) throws -> Void
  ) {
    self.context = context
    self.promise = promise
    self.begin = begin
    self.write = write
  }

  func start(_ request: HTTPRequest, _ client: HTTPClient) {
    transfer = client.get(request) { event in
      switch event {
      case .head(let answer): self.take(answer)
      case .body(let bytes): self.take(bytes)
      case .end(nil):
        self.hasEnded = true
        self.finishIfDone()
      case .end(let failure?): self.stop(failure)
      }
    }
  }

  /// Ends with an error, the first time it is called.
  func stop(_ error: any Error) {
    transfer?.cancel()
    transfer = nil
    waiting = []
    promise?.fail(error)
    promise = nil
  }

  private func take(_ answer: HTTPAnswer) {
    self.answer = answer
    do { try begin(answer) } catch { stop(error) }
  }

  private func take(_ bytes: ByteBuffer) {
    guard promise != nil else { return }
    waiting.append(bytes)
    waitingBytes += bytes.readableBytes
    if waitingBytes > Self.window { transfer?.pause() }
    writeOn()
  }

  private func writeOn() {
    guard !isWriting, !waiting.isEmpty else { return }
    isWriting = true
    let (chunk, write) = (waiting, write)
    waiting = []
    waitingBytes = 0
    context.pool.runIfActive(eventLoop: context.loop) {
      for bytes in chunk { try write(bytes) }
    }.assumeIsolated().whenComplete { result in
      self.isWriting = false
      if case .failure(let error) = result { return self.stop(error) }
      self.transfer?.resume()
      self.writeOn()
      self.finishIfDone()
    }
  }

  private func finishIfDone() {
    guard hasEnded, !isWriting, waiting.isEmpty, let answer else { return }
    promise?.succeed(answer)
    promise = nil
    transfer = nil
  }
}

/// Bytes that one thread after another adds to.
private final class Gathered: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  var all: [UInt8] { bytes.withLock { $0 } }

  func append(_ buffer: ByteBuffer) {
    bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) }
  }
}
