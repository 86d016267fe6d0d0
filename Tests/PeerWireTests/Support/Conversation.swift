// SPDX-License-Identifier: Apache-2.0

import Foundation
import PeerWire

/// What Fixtures/make-conversation.py recorded of two libtorrent clients.
enum Conversation {
  /// The pieces of the file are 32 KiB.
  static let content = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }

  static func bytes(_ name: String) throws -> [UInt8] {
    let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    return Array(
      try Data(contentsOf: directory.appendingPathComponent("Fixtures/\(name).bin")))
  }

  /// All messages of a side after its handshake, as bytes, and what they are.
  static func messages(_ name: String) throws -> [(bytes: [UInt8], kind: String)] {
    let bytes = try bytes(name).dropFirst(Handshake.byteCount)
    var messages: [(bytes: [UInt8], kind: String)] = []
    var rest = Array(bytes)
    while !rest.isEmpty {
      var consumed = 0
      let kind = try rest.withUnsafeBytes { buffer in
        try Message(buffer, consumed: &consumed, limits: WireLimits()).map { Self.kind($0) }
      }
      guard let kind else { break }
      messages.append((Array(rest.prefix(consumed)), kind))
      rest.removeFirst(consumed)
    }
    return messages
  }

  /// The name of a case.
  static func kind(_ message: Message) -> String {
    String(String(describing: message).prefix { $0 != "(" })
  }
}
