// SPDX-License-Identifier: Apache-2.0

private import ArchiveFiles
internal import ArchiveModel
private import FoundationEssentials
internal import HTTPMessages

/// What a seeder says of itself to people: one page that needs nothing else, whole without scripts.
struct StatusPage {
  let status: SeederStatus
  let series: Series
  let now: ArchiveDate
  /// The machine's name.
  let host: String

  /// Fields that keep the page from loading or running anything but what stands in it.
  static let fields: [Field] = {
    let policy = [
      "default-src 'none'", "style-src '\(source(of: PageStyle.text))'",
      "script-src '\(source(of: PageScript.text))'", "connect-src 'self'", "img-src data:",
      "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ]
    return [
      Field("Content-Security-Policy", policy.joined(separator: "; ")),
      Field("X-Content-Type-Options", "nosniff"), Field("Referrer-Policy", "no-referrer"),
    ]
  }()

  /// What a policy calls a script or style by (CSP level 3, section 6.7.3).
  private static func source(of text: String) -> String {
    let digest = try? SHA256Digest.hashing(Array(text.utf8))
    return "sha256-\(Data(digest?.bytes ?? []).base64EncodedString())"
  }

  /// The page.
  var html: String {
    var html = HTML()
    html.raw("<!DOCTYPE html>\n")
    html.element("html", ["lang": "en"]) { html in
      html.element("head") { writeHead(to: &$0) }
      html.element("body") { html in
        html.element("a", ["class": "skip", "href": "#main"], "Skip to the figures")
        writeHeader(to: &html)
        html.element(
          "main", ["id": "main", "tabindex": "-1", "data-warnings": "\(status.warnings.count)"]
        ) { writeMain(to: &$0) }
        html.element("footer") { html in
          html.raw(
            """
            <p>The same for programs: <a href="/status">/status</a> as JSON, \
            <a href="/metrics">/metrics</a> for Prometheus, <a href="/healthz">/healthz</a>.</p>
            """)
        }
        html.raw("<script>")
        html.script()
        html.raw("</script>")
      }
    }
    html.raw("\n")
    return html.text
  }

  private var title: String {
    let count = status.warnings.count
    let state = count == 0 ? "" : "\(count) warning\(count == 1 ? "" : "s") – "
    return "\(state)archive-tool on \(host)"
  }

  private func writeHead(to html: inout HTML) {
    html.raw(
      """
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <link rel="icon" href="data:,">

      """)
    html.element("title", title)
    html.raw("<style>")
    html.style()
    html.raw("</style><noscript><meta http-equiv=\"refresh\" content=\"60\"></noscript>")
  }

  private func writeHeader(to html: inout HTML) {
    html.element("header") { html in
      html.element("h1", "archive-tool on \(host)")
      html.element("p", ["class": "soft", "id": "about"]) { html in
        html.append("Version \(status.version), up for ")
        html.append("\(StatusTime.duration(status.uptimeSeconds)); as of ")
        html.time(status.time)
        html.append(".")
      }
      html.element("p", ["id": "live", "role": "status"], "")
      html.element("nav", ["aria-label": "On this page"]) { html in
        html.element("ul") { html in
          for section in sections {
            html.element("li") { $0.element("a", ["href": "#\(section.id)"], section.title) }
          }
        }
      }
    }
  }

  private struct Section {
    let id: String
    let title: String
    let write: (inout HTML) -> Void
  }

  private var sections: [Section] {
    var sections = [
      Section(id: "warnings", title: "Warnings", write: writeWarnings),
      Section(id: "published", title: "Published", write: writePublished),
      Section(id: "traffic", title: "Traffic", write: writeTraffic),
      Section(id: "packages", title: "Packages", write: writePackages),
      Section(id: "connections", title: "Connections", write: writeConnections),
      Section(id: "files", title: "Files", write: writeFiles),
    ]
    if let tracker = status.tracker {
      sections.append(
        Section(id: "tracker", title: "Tracker") { writeTracker(tracker, to: &$0) })
    }
    return sections
  }

  private func writeMain(to html: inout HTML) {
    writeTiles(to: &html)
    for section in sections {
      html.element("section", ["aria-labelledby": section.id]) { html in
        html.element("h2", ["id": section.id], section.title)
        section.write(&html)
      }
    }
  }

  private func writeTiles(to html: inout HTML) {
    let live = status.torrents.filter { !$0.superseded }.reduce(0) { $0 + $1.livePieces }
    html.element("dl", ["class": "tiles"]) { html in
      let count = status.warnings.count
      html.element("div") { html in
        html.element("dt", "Health")
        html.element(
          "dd", ["class": count == 0 ? "good" : "bad"],
          count == 0 ? "✓ well" : "⚠ \(count) warning\(count == 1 ? "" : "s")")
      }
      tile("Sending", "\(StatusBytes.text(status.traffic.bytesPerSecond))/s", "last minute", &html)
      tile(
        "HTTP connections", StatusBytes.grouped(status.http.connections),
        "of \(StatusBytes.grouped(status.http.connectionLimit))", &html)
      tile(
        "Peers", StatusBytes.grouped(status.peers.connections),
        status.peers.isServed
          ? "of \(StatusBytes.grouped(status.peers.connectionLimit))" : "not listened for", &html)
      tile("Live pieces", StatusBytes.grouped(live), "in current generations", &html)
    }
  }

  private func tile(_ name: String, _ value: String, _ note: String, _ html: inout HTML) {
    html.element("div") { html in
      html.element("dt", name)
      html.element("dd") { html in
        html.append(value)
        html.element("small", note)
      }
    }
  }

  private func writeWarnings(to html: inout HTML) {
    guard !status.warnings.isEmpty else {
      return html.element("p", "None. All is well, as far as the daemon can tell.")
    }
    html.element("ul", ["class": "warnings"]) { html in
      for warning in status.warnings {
        html.element("li") { html in
          html.element("p") { $0.element("strong", warning.text) }
          html.element("p") { html in
            html.append("\(warning.action) ")
            html.element("small") { html in
              html.append("(")
              html.element("code", warning.code)
              html.append(")")
            }
          }
        }
      }
    }
  }
}

extension HTML {
  /// The style sheet and the script: ours, and the policy knows their digests.
  fileprivate mutating func style() { verbatim(PageStyle.text) }
  fileprivate mutating func script() { verbatim(PageScript.text) }
}
