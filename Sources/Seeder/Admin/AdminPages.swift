// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import Glibc
internal import HTTPMessages
internal import NIOCore
internal import NIOPosix

/// What operators ask: metrics, health and status. Answered on a listener of its own, so that no
/// public address has any of it.
final class AdminPages: Sendable {
  private let monitor: Monitor
  /// Further metrics in Prometheus's text format, of other services of the process.
  private let metrics: [@Sendable () -> String]
  /// Further pages, by path.
  private let pages: [String: @Sendable () -> String]

  init(
    monitor: Monitor, metrics: [@Sendable () -> String], pages: [String: @Sendable () -> String]
  ) {
    self.monitor = monitor
    self.metrics = metrics
    self.pages = pages
  }

  /// Answers on `loop`.
  func respond(
    to request: Request, on loop: any EventLoop, _ done: @escaping (Response) -> Void
  ) {
    if monitor.shared.configuration.admin?.isLoopback == true, !LoopbackHost.isMeant(request.host) {
      return done(Response(Answer(status: 403, text: LoopbackHost.refusal)))
    }
    guard request.method == .get || request.method == .head else {
      done(Response(.methodNotAllowed("GET, HEAD")))
      return
    }
    let path = String(decoding: request.target.prefix { $0 != 0x3F }, as: UTF8.self)
    switch path {
    case "/healthz": done(Response(Answer(status: 200, text: "ok\n")))
    case "/": collect(.html, on: loop, done) { self.page($0) }
    case "/status": collect(.json, on: loop, done) { StatusJSON.encode(self.monitor.status($0)) }
    case "/metrics": collect(.metrics, on: loop, done) { self.metrics($0) }
    default:
      guard let page = pages[path] else {
        done(Response(.notFound))
        return
      }
      render(.text, on: loop, page, done)
    }
  }

  /// What a page is.
  private enum Kind {
    case html, json, metrics, text

    var type: String {
      switch self {
      case .html: "text/html; charset=utf-8"
      case .json: "application/json"
      case .metrics: "text/plain; version=0.0.4; charset=utf-8"
      case .text: "text/plain; charset=utf-8"
      }
    }
  }

  /// Asks all workers, and makes a page of what they say.
  private func collect(
    _ kind: Kind, on loop: any EventLoop, _ done: @escaping (Response) -> Void,
    _ make: @escaping @Sendable (AdminView) -> String
  ) {
    let demand = EventLoopFuture.whenAllSucceed(
      monitor.workers.submit { $0.takeDemand() }, on: loop)
    let view = AdminView.collect(monitor.workers, on: loop)
    demand.and(view).assumeIsolated().whenComplete { result in
      switch result {
      case .failure: done(Response(.overloaded))
      case .success(let (demand, view)):
        self.render(
          kind, on: loop,
          {
            self.monitor.note(demand)
            return make(view)
          }, done)
      }
    }
  }

  /// Makes a page on a thread of the pool: what other services say may take its time.
  private func render(
    _ kind: Kind, on loop: any EventLoop, _ make: @escaping @Sendable () -> String,
    _ done: @escaping (Response) -> Void
  ) {
    let text = monitor.shared.pool.runIfActive(eventLoop: loop) { make() }
    text.assumeIsolated().whenComplete { text in
      done((try? text.get()).map { Self.response(kind, $0) } ?? Response(.overloaded))
    }
  }

  private static func response(_ kind: Kind, _ text: String) -> Response {
    let fields =
      [Field("Content-Type", kind.type), Field("Cache-Control", "no-store")]
      + (kind == .html ? StatusPage.fields : [])
    return Response(
      Answer(status: 200, entity: EntityFields(fields), content: .text(Array(text.utf8))))
  }

  private func page(_ view: AdminView) -> String {
    StatusPage(
      status: monitor.status(view), series: monitor.series, now: Monitor.now, host: Self.host
    ).html
  }

  /// The machine's name.
  private static var host: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "this machine" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func metrics(_ view: AdminView) -> String {
    let runs = monitor.runs()
    let page = SeederMetrics(
      view, monitor.shared, runs: runs, warnings: monitor.warnings(runs)
    ).text
    return page + metrics.map { $0() }.joined()
  }
}
