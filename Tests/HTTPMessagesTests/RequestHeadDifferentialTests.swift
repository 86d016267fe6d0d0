// SPDX-License-Identifier: Apache-2.0

import HTTPMessages
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

/// The same bytes to our reader of request heads and to llhttp, which NIOHTTP1 is made of: whatever
/// we take for a request, llhttp takes for the same one.
///
/// The other way round we refuse more, as a bare LF or HTTP/2.0. What passes here alone: methods that
/// llhttp has no name for, bytes above ASCII in a target, as people type them, and HTTP/1.2.
struct RequestHeadDifferentialTests {
  /// What a head says, whoever has read it.
  private struct Seen: Equatable {
    var method: String
    var target: String
    var minorVersion: Int
    var range: String?
    var keepsAlive: Bool
  }

  private func ours(_ bytes: [UInt8]) -> Seen? {
    var parser = RequestHeadParser()
    return bytes.withUnsafeBytes { buffer -> Seen? in
      guard case .head(let head) = parser.parse(buffer) else { return nil }
      func text(_ slice: RequestHead.Slice) -> String {
        String(decoding: buffer[slice.range], as: UTF8.self)
      }
      // llhttp looks at the form of the target as well.
      guard text(head.target) == "*" || (try? RequestTarget(text(head.target))) != nil else {
        return nil
      }
      return Seen(
        method: text(head.methodName), target: text(head.target),
        minorVersion: Int(head.minorVersion), range: head[.range].map(text),
        keepsAlive: head.keepsAlive)
    }
  }

  private func theirs(_ bytes: [UInt8]) -> Seen? {
    let channel = EmbeddedChannel()
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    let decoder = ByteToMessageHandler(HTTPRequestDecoder())
    guard (try? channel.pipeline.syncOperations.addHandler(decoder)) != nil else { return nil }
    _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    guard case .head(let head)? = try? channel.readInbound(as: HTTPServerRequestPart.self) else {
      return nil
    }
    return Seen(
      method: head.method.rawValue, target: head.uri, minorVersion: head.version.minor,
      // RFC 9112 section 5.1: white space around a value is none of it. NIO leaves what follows it.
      range: head.headers.first(name: "range").map {
        String($0.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
      },
      keepsAlive: head.isKeepAlive)
  }

  /// Pieces that requests are put together of, right and wrong ones.
  private static let parts: [[String]] = [
    ["GET", "HEAD", "POST", "OPTIONS", "PUT", "get", "G T", "", "DELETE"],
    [" ", " ", " ", " ", "  ", "\t", ""],
    ["/", "/a/b.deb", "/a%2b?x=y", "http://h/a", "*", "/a b", "/\u{1}", "", "/ä"],
    [" ", " ", " ", " ", "  ", ""],
    ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/11", "X"],
    ["\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", " \r\n"],
    ["Host: a\r\n", "Host: a\r\n", "Host: a\r\n", "host:a\r\n", "Host : a\r\n", "", "Host: \r\n"],
    [
      "", "", "Range: bytes=0-1\r\n", "range:\tbytes=2-\t\r\n", "Range: bytes=0-1\n",
      " Range: x\r\n",
    ],
    ["", "", "Connection: close\r\n", "Connection: keep-alive\r\n", "Connection: x, close\r\n"],
    ["", "", "Content-Length: 0\r\n", "Content-Length: a\r\n", "Transfer-Encoding: chunked\r\n"],
    ["", "", "X-Y: z\r\n", "X Y: z\r\n", "X: \u{0}\r\n", ": x\r\n", "X\r\n"],
    ["\r\n", "\r\n", "\r\n", "\n", ""],
  ]

  @Test func whatWeTakeForARequestIsTheSameToLlhttp() {
    var generator = SystemRandomNumberGenerator()
    var agreed = 0
    for _ in 0..<20_000 {
      let text = Self.parts.map { $0.randomElement(using: &generator) ?? "" }.joined()
      let bytes = Array(text.utf8)
      guard let ours = ours(bytes) else { continue }
      let theirs = theirs(bytes)
      if text.contains("HTTP/1.2") || text.contains("ä") { continue }
      if text.hasPrefix("get") || text.hasPrefix("G T") { continue }
      if ours == theirs { agreed += 1 } else { Issue.record("\(text.debugDescription): \(ours)") }
    }
    // As many as are right in all their parts by chance, and then some fewer.
    #expect(agreed > 20)
  }

  @Test func mutationsOfARequestAreTheSameToLlhttp() {
    let request = Array(
      ("GET /debian/pool/main/h/hello/hello_2.10-3_amd64.deb HTTP/1.1\r\nHost: deb.example.org\r\n"
        + "User-Agent: Debian APT-HTTP/1.3 (2.6.1)\r\nRange: bytes=100-\r\n"
        + "If-Range: Wed, 21 Oct 2015 07:28:00 GMT\r\nConnection: keep-alive\r\n\r\n").utf8)
    let odd: [UInt8] = [0, 9, 10, 13, 32, 34, 44, 58, 65, 127, 128, 255]
    for position in request.indices {
      for byte in odd {
        var mutated = request
        mutated[position] = byte
        // Any mutation of the first four bytes makes a method without a name.
        guard position > 3, byte < 128, let ours = ours(mutated) else { continue }
        let theirs = theirs(mutated)
        #expect(
          ours == theirs, "\(String(decoding: mutated, as: UTF8.self).debugDescription)")
      }
    }
    #expect(ours(request) == theirs(request))
  }
}
