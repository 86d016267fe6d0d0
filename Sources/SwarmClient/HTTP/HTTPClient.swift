// SPDX-License-Identifier: Apache-2.0

package import NIOCore
internal import Tracker

/// Asks web servers for files and parts of files; confined to one event loop, as all that it calls
/// back on.
package final class HTTPClient {
  package typealias Handler = (HTTPEvent<ByteBuffer>) -> Void

  package let context: HTTPContext
  private struct Key: Hashable {
    let origin: HTTPURL.Origin
    let scope: AddressScope
  }
  private var origins: [Key: HTTPOrigin] = [:]

  /// A client without connections yet.
  package init(_ context: HTTPContext) { self.context = context }

  /// Asks; `handler` gets what comes, on the loop, the end last.
  package func get(_ request: HTTPRequest, _ handler: @escaping Handler) -> HTTPTransfer {
    context.loop.preconditionInEventLoop()
    let transfer = HTTPTransfer(client: self, handler)
    transfer.begin(request, at: origin(request.url, scope: .host))
    return transfer
  }

  /// Ends all connections; whatever is under way ends as cancelled.
  package func shutDown() {
    for origin in origins.values { origin.shutDown() }
    origins.removeAll()
  }

  /// The connections to the origin of `url`, as far as addresses of `scope` have it.
  func origin(_ url: HTTPURL, scope: AddressScope) -> HTTPOrigin {
    let key = Key(origin: url.origin, scope: scope)
    if let known = origins[key] { return known }
    let origin = HTTPOrigin(url.origin, scope: scope, context: context)
    origins[key] = origin
    return origin
  }
}

/// A request under way, wherever redirects lead it.
package final class HTTPTransfer {
  private let client: HTTPClient
  private let handler: HTTPClient.Handler
  private var exchange: HTTPExchange?
  private var origin: HTTPOrigin?
  private var redirects = 0

  init(client: HTTPClient, _ handler: @escaping HTTPClient.Handler) {
    self.client = client
    self.handler = handler
  }

  /// Ends it: the handler is not called again. What is under way is read and dropped where that is
  /// little, and costs the connection otherwise.
  package func cancel() {
    exchange?.cancel()
    exchange = nil
  }

  /// How far the address means anything that was connected to last; nil before that.
  var reachedScope: AddressScope? { origin?.reachedScope }

  /// Keeps its connection from reading, until `resume`: what waits for a disk must not pile up.
  package func pause() { exchange?.connection?.setReading(false) }

  /// Reads on.
  package func resume() { exchange?.connection?.setReading(true) }

  func begin(_ request: HTTPRequest, at origin: HTTPOrigin) {
    let exchange = HTTPExchange(request, limits: client.context.limits, handler: handler)
    // Until the exchange ends, so that whoever asks need not keep the transfer.
    exchange.redirect = { self.redirect(request, from: origin, to: $0) }
    self.exchange = exchange
    self.origin = origin
    origin.submit(exchange)
  }

  /// Follows a redirect, but never from TLS to none, nor further into a network than the server that
  /// sends it there.
  private func redirect(
    _ request: HTTPRequest, from origin: HTTPOrigin, to location: String
  ) -> HTTPFailure? {
    redirects += 1
    guard redirects <= client.context.limits.redirects else {
      return .redirect("more than \(client.context.limits.redirects) times")
    }
    guard let url = request.url.resolving(location) else {
      return .redirect("to what is no http or https URL")
    }
    guard request.url.mayLead(to: url) else {
      return .redirect("from https to http")
    }
    var next = request
    next.url = url
    begin(next, at: client.origin(url, scope: origin.reachedScope ?? .global))
    return nil
  }
}
