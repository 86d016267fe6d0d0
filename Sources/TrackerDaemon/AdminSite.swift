// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// The pages of the private listener.
struct AdminSite: Sendable {
  let context: WorkerContext

  /// A whole HTTP response; without a path to who may not ask.
  func response(
    to path: String?, isHead: Bool, isGet: Bool, isLast: Bool, isOld: Bool
  ) -> [UInt8] {
    let (status, type, body): (String, String, String) =
      switch path {
      case nil: ("403 Forbidden", "text/plain", LoopbackHost.refusal)
      case _ where !isGet: ("405 Method Not Allowed", "text/plain", "only GET is answered\n")
      case "/metrics":
        ("200 OK", "text/plain; version=0.0.4; charset=utf-8", MetricsPage.render(context))
      case "/status": ("200 OK", "application/json", StatusDocument(context).json)
      case "/stats": ("200 OK", "text/plain; charset=utf-8", StatisticsPage.render(context))
      case "/healthz": ("200 OK", "text/plain", "ok\n")
      default: ("404 Not Found", "text/plain", "see /stats, /status, /metrics or /healthz\n")
      }
    let persistence = isLast ? "Connection: close\r\n" : isOld ? "Connection: keep-alive\r\n" : ""
    let head = """
      HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\
      Cache-Control: no-store\r\n\(persistence)\r\n
      """
    return Array(head.utf8) + (isHead ? [] : Array(body.utf8))
  }
}
