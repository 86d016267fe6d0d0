// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import HTTPMessages
import Testing

@testable import Seeder

@Suite("The status page")
struct StatusPageTests {
  private static let hostile = "</script><img src=x onerror=alert(1)> \"'& \u{202E}\u{1B}[2J"

  /// A page of a daemon that is told such words by everybody.
  private func page(_ words: String = hostile) -> String {
    var status = SeederStatus(
      version: words, time: "2026-11-22T06:17:31Z", uptimeSeconds: 90_061,
      warnings: [StatusWarning(words, words, action: words)],
      suites: [
        SeederStatus.Suite(
          name: words, release: words, validUntil: words, runningSince: nil, lastSuccess: words,
          lastRun: SeederStatus.Run(
            ended: words, seconds: 61, status: 75, published: true, message: words),
          runsKnown: 2, runsFailed: 1)
      ],
      torrents: [
        SeederStatus.Torrent(
          id: words, suite: words, architecture: words, generation: 1, floor: 5, nextPiece: 9,
          livePieces: 1234, superseded: false)
      ],
      http: SeederStatus.HTTP(
        connections: 1, connectionLimit: 2, addresses: 1, mostOfOneAddress: 1,
        connectionsTotal: 5, rejectedTotal: 0, responsesTotal: [words: 3]),
      peers: SeederStatus.Peers(
        isServed: true, connections: 3, connectionLimit: 10, interested: 1, slots: 1, torrents: 1,
        ipv4: 2, ipv6: 1, networks: 3, mostOfOneNetwork: 1,
        clients: [SeederStatus.Count(name: words, count: 3)], connectionsTotal: 7),
      traffic: SeederStatus.Traffic(
        sources: ["files", "pieces", "peers"].map {
          SeederStatus.Bytes(name: $0, lastHour: 1, lastDay: 2, total: 3)
        },
        suites: [SeederStatus.Bytes(name: words, lastHour: 1, lastDay: 2, total: nil)],
        bytesPerSecond: 1_500_000),
      packages: SeederStatus.Packages(
        since: words,
        wanted: [SeederStatus.Wanted(path: words, requests: 12_345, error: 0, bytes: 9)],
        slowest: [SeederStatus.Slow(path: words, bytesPerSecond: 1, transfers: 1)]),
      files: SeederStatus.Files(
        contents: 1, files: 1, open: 1, unverified: 0, different: 0, differentPaths: [],
        lacking: 0),
      tracker: TrackerStatus())
    status.warnings.append(StatusWarning("b", "plain", action: "none"))
    var series = Series()
    for minute in 1...90 {
      var sample = Sample(time: ArchiveDate(seconds: Int64(minute) * 60), seconds: 60)
      sample.paths = UInt64(minute) * 1000
      series.append(sample, suites: [words: 5])
    }
    return StatusPage(
      status: status, series: series, now: ArchiveDate(seconds: 5400), host: words
    ).html
  }

  @Test("says what anybody says as text alone")
  func escapes() {
    let page = page()
    #expect(!page.contains("<img"))
    #expect(!page.contains("\u{202E}"))
    #expect(!page.contains("\u{1B}"))
    #expect(page.components(separatedBy: "</script>").count == 2, "ours")
    #expect(page.contains("&lt;img src=x onerror=alert(1)&gt; &quot;&#39;&amp; \\u{202e}"))
    // Nor does it leave an attribute.
    #expect(!page.contains(" onerror=alert(1)> \""))
  }

  @Test("runs and loads nothing but what stands in it")
  func policy() throws {
    let page = page("bookworm")
    let policy = try #require(
      StatusPage.fields.first { $0.name == "Content-Security-Policy" }?.value)
    #expect(policy.hasPrefix("default-src 'none'; "))
    #expect(!policy.contains("unsafe"))
    for element in ["style", "script"] {
      let begin = try #require(page.range(of: "<\(element)>"))
      let end = try #require(page.range(of: "</\(element)>"))
      let text = String(page[begin.upperBound..<end.lowerBound])
      let digest = Data(try SHA256Digest.hashing(Array(text.utf8)).bytes).base64EncodedString()
      #expect(policy.contains("\(element)-src 'sha256-\(digest)'"))
    }
    #expect(page.firstMatch(of: /\s(style|on[a-z]+)="/) == nil)
    #expect(page.firstMatch(of: /(src|href)="(?!#|\/|data:,)/) == nil)
  }

  @Test("shows the same by its words as by its plots")
  func words() {
    let page = page("bookworm")
    #expect(page.contains("1.5 MB/s"))
    #expect(page.contains("12,345"))
    #expect(page.contains("1 day 1 hour"))
    #expect(page.contains("<time datetime=\"2026-11-22T06:17:31Z\">2026-11-22 06:17 UTC</time>"))
    #expect(page.contains("published in part (75)"))
    #expect(page.contains("files by path: 1.5 kB/s now, 1.5 kB/s at most"))
  }

  @Test("has colours that can be told apart", arguments: ["light", "dark"])
  func contrast(_ theme: String) throws {
    func luminance(_ name: String) throws -> Double {
      let color = try #require(PageStyle.colors.first { $0.name == name })
      let hex = (theme == "light" ? color.light : color.dark).dropFirst()
      let number = try #require(UInt32(hex, radix: 16))
      // WCAG 2.2, relative luminance.
      let parts = [16, 8, 0].map { shift -> Double in
        let value = Double(number >> UInt32(shift) & 0xFF) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    func ratio(_ a: String, _ b: String) throws -> Double {
      let (a, b) = (try luminance(a), try luminance(b))
      return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }
    for ground in ["page", "card"] {
      for text in ["ink", "soft", "link", "bad", "good"] {
        #expect(try ratio(text, ground) >= 4.5, "\(text) on \(ground)")
      }
    }
    for line in ["line0", "line1", "line2"] { #expect(try ratio(line, "card") >= 3, "\(line)") }
  }
}

@Suite("A plot")
struct PlotTests {
  private func plot(_ values: [Double?]) -> Plot {
    Plot(
      id: "p", title: "t", description: "d", lines: [Plot.Line(name: "a", values: values)],
      unit: { "\($0)" })
  }

  @Test("is a line from its least to its greatest")
  func line() {
    let plot = plot([0, 5, 10])
    #expect(plot.path([0, 5, 10]) == "M0 99L1 50L2 1h.01")
  }

  @Test("is interrupted where nothing is known, and shows single points")
  func gaps() {
    let plot = plot([nil, 10, nil, 0, 0, nil])
    #expect(plot.path([nil, 10, nil, 0, 0, nil]) == "M1 1h.01M3 99L4 99h.01")
    #expect(plot.path([]) == "")
    #expect(plot.path([nil]) == "")
  }

  @Test("stays within its frame")
  func bounds() {
    let plot = plot([0, 0])
    #expect(plot.top == 1)
    #expect(plot.path([0, 0]) == "M0 99L1 99h.01")
    #expect(plot.path([-5, 7]) == "M0 99L1 1h.01")
  }

  @Test("has a title and a description")
  func named() {
    var html = HTML()
    plot([1, 2]).write(to: &html)
    #expect(html.text.contains("role=\"img\" aria-labelledby=\"p-t p-d\""))
    #expect(html.text.contains("<title id=\"p-t\">t</title><desc id=\"p-d\">d</desc>"))
  }
}
