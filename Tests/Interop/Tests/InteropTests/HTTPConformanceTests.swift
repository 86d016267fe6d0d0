// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

/// RFC 9110's conditional and range requests, answered by ours and by nginx over the same tree.
@Suite struct HTTPConformanceTests {
  /// A server, and what it says of the files.
  private struct Side {
    let url: String
    let paths: [Bool: String]
    let tag: String

    init(_ url: String, _ archive: ObjectArchive) throws {
      self.url = url
      var paths: [Bool: String] = [:]
      for isEmpty in [false, true] {
        let name = "size-\(isEmpty ? 0 : ConformanceCase.size)"
        paths[isEmpty] = try #require(archive.files[name]).path
      }
      self.paths = paths
      let head = try Self.ask(url, "HEAD", try #require(paths[false]), [])
      tag = try #require(head["etag"])
    }

    static func ask(
      _ url: String, _ method: String, _ path: String, _ fields: [String]
    ) throws -> RawResponse {
      let lines = ["\(method) /\(path) HTTP/1.1", "Host: mirror.example", "Connection: close"]
      let head = (lines + fields).joined(separator: "\r\n") + "\r\n\r\n"
      return try RawResponse(try RawHTTP.exchange(head, with: url))
    }

    func outcome(_ row: ConformanceCase, _ dates: [String: String], _ file: [UInt8]) throws
      -> HTTPOutcome
    {
      let fields = row.fields.map { field in
        dates.merging(["{tag}": tag]) { $1 }.reduce(field) { $0.replacing($1.key, $1.value) }
      }
      let path = try #require(paths[row.ofEmpty])
      let response = try Self.ask(url, row.method, path, fields)
      return try HTTPOutcome(response, isHead: row.method == "HEAD", file: file)
    }
  }

  @Test(arguments: ConformanceSection.conditions + ConformanceSection.ranges)
  func answersAsTheSectionSays(section: ConformanceSection) throws {
    let archive = try ObjectArchive.shared()
    let path =
      "\(archive.root)/" + (try #require(archive.files["size-\(ConformanceCase.size)"]).path)
    let file = try Files.read(path)
    let dates = try Self.dates(ofFileAt: path)
    let (seeder, nginx) = (try archive.seeder(), try Nginx(archive.root))
    try Self.waitForDigests(seeder.url, archive)
    let (our, their) = (try Side(seeder.url, archive), try Side(nginx.url, archive))
    #expect(our.tag.hasPrefix("\"") && their.tag.hasPrefix("\""), "both tags are strong")
    for row in section.cases {
      let bytes = row.ofEmpty ? [] : file
      let what = Comment(rawValue: "\(row.method) \(row.fields)")
      #expect(throws: Never.self, "ours, \(what)") {
        let outcome = try our.outcome(row, dates, bytes)
        #expect(outcome == row.ours, "ours, \(what)")
      }
      #expect(throws: Never.self, "nginx, \(what)") {
        let outcome = try their.outcome(row, dates, bytes)
        #expect(outcome == row.nginx ?? row.ours, "nginx, \(what)")
      }
      #expect(row.nginx != row.ours, "a difference that is none: \(what)")
      #expect((row.nginx == nil) == row.reason.isEmpty, "\(what)")
    }
    withExtendedLifetime((seeder, nginx)) {}
  }

  /// The placeholders of `ConformanceCase`. Waits until the file is older than a second: until then
  /// its date is no strong validator (section 8.8.2.2).
  private static func dates(ofFileAt path: String) throws -> [String: String] {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FixtureError("no \(path)") }
    let modified = status.st_mtim.tv_sec
    while time(nil) <= modified + 1 { usleep(10_000) }
    let http = "%a, %d %b %Y %H:%M:%S GMT"
    return [
      "{date}": text(modified, http), "{older}": text(modified - 86_400, http),
      "{newer}": text(modified + 86_400, http),
      "{rfc850}": text(modified, "%A, %d-%b-%y %H:%M:%S GMT"),
      "{asctime}": text(modified, "%a %b %e %H:%M:%S %Y"), "{size}": "\(ConformanceCase.size)",
    ]
  }

  private static func text(_ seconds: time_t, _ format: String) -> String {
    var (seconds, fields) = (seconds, tm())
    gmtime_r(&seconds, &fields)
    var buffer = [CChar](repeating: 0, count: 64)
    let count = strftime(&buffer, buffer.count, format, &fields)
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Until the ledger was read: with it a file's entity tag changes.
  private static func waitForDigests(_ url: String, _ archive: ObjectArchive) throws {
    let path = try #require(archive.files["size-\(ConformanceCase.size)"]).path
    for _ in 0..<1000 {
      if try Side.ask(url, "HEAD", path, [])["repr-digest"] != nil { return }
      usleep(20_000)
    }
    throw FixtureError("the seeder does not read its ledger")
  }
}
