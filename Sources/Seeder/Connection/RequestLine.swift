// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages
internal import NIOCore

/// What the access log will say of a request; empty where there is no log.
struct RequestLine {
  var status: UInt16 = 0
  private var text: [UInt8] = []
  private var referer: [UInt8] = []
  private var agent: [UInt8] = []
  var isLogged = false

  init() {}

  /// Copies what is logged out of a request's head.
  init(_ head: RequestHead, _ bytes: UnsafeRawBufferPointer) {
    isLogged = true
    let start = Int(head.methodName.start)
    let end = bytes[start..<head.length].firstIndex(of: 0x0D) ?? start
    text = Array(bytes[start..<end])
    referer = bytes.fieldValues(named: "referer", head: head).first.map { Array(bytes[$0]) } ?? []
    agent = bytes.fieldValues(named: "user-agent", head: head).first.map { Array(bytes[$0]) } ?? []
  }

  /// What a request that came in another way says.
  init(text: String, referer: String, agent: String) {
    isLogged = true
    self.text = Array(text.utf8)
    self.referer = Array(referer.utf8)
    self.agent = Array(agent.utf8)
  }

  /// The entry, when `bytes` of content have gone.
  func entry(_ address: SocketAddress?, bytes: UInt64) -> LogEntry {
    LogEntry(
      address: address?.ipAddress ?? "-", requestLine: text, status: status, bytes: bytes,
      referer: referer, agent: agent)
  }
}
