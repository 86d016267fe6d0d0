// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Foundation
import PackagesParser
import Testing

@Suite("A clear-signed message")
struct ClearSignedTests {
  private static let text = "Origin: Test\nSuite: stable\nSHA256:\n -\n--- x\n-----BEGIN\n end\n"
  private let key: SigningKey
  private let message: String

  init() throws {
    key = try SigningKey()
    message = try key.clearSigned(Self.text)
  }

  private func read(_ message: String) throws(ArchiveError) -> String {
    String(decoding: try ClearSigned(Array(message.utf8), file: "InRelease").text, as: UTF8.self)
  }

  private func refusal(_ message: String) -> ArchiveError? {
    failure { () throws(ArchiveError) in _ = try read(message) }
  }

  private func replacing(_ old: String, with new: String) -> String {
    var parts = message.components(separatedBy: old)
    let first = parts.removeFirst()
    return first + new + parts.joined(separator: old)
  }

  @Test("gives the text that was signed, dash-escapes undone")
  func text() throws {
    #expect(message.contains("\n- --- x\n- -----BEGIN\n"))
    #expect(try read(message) == Self.text)
    #expect(ClearSigned.isLikely(Array(message.utf8)))
    #expect(!ClearSigned.isLikely(Array(Self.text.utf8)))
  }

  @Test("is read without its last newline, and with empty lines behind it")
  func end() throws {
    #expect(try read(String(message.dropLast())) == Self.text)
    #expect(try read(message + "\n \t\n\n") == Self.text)
  }

  @Test("is refused with text before it, though GnuPG calls it good")
  func textBefore() throws {
    let changed = "Origin: Evil\n\n" + message
    #expect(try key.accepts(changed))
    #expect(refusal(changed)?.place == ArchiveError.Place(file: "InRelease", line: 1, offset: 0))
    #expect(refusal("\n" + message)?.place?.line == 1)
  }

  @Test("is refused with text after it")
  func textAfter() {
    let error = refusal(message + "\nOrigin: Evil\n")
    #expect(error?.reason == "text after the signature, expected the end of the file")
    #expect(error?.place?.offset == UInt64(message.utf8.count + 1))
  }

  @Test("stands alone")
  func twoMessages() {
    #expect(refusal(message + message) != nil)
    #expect(refusal(replacing("-----END PGP SIGNATURE-----\n", with: message)) != nil)
    #expect(refusal(replacing("- --- x\n", with: message)) != nil)
  }

  @Test("has every line escaped that begins with a dash")
  func unescapedDash() throws {
    let changed = replacing("- --- x", with: "--- x")
    let error = refusal(changed)
    #expect(error?.reason == "a line of the signed text begins with '-' and is not dash-escaped")
    let line = try #require(changed.range(of: "--- x")).lowerBound
    let offset = UInt64(changed.utf8.distance(from: changed.startIndex, to: line))
    #expect(error?.place == ArchiveError.Place(file: "InRelease", line: 8, offset: offset))
  }

  @Test("is whole: cut anywhere before its last line's end it is refused")
  func truncation() {
    let bytes = Array(message.utf8)
    for count in 0..<bytes.count - 1 {
      #expect(throws: ArchiveError.self) {
        try ClearSigned(Array(bytes[..<count]), file: "InRelease")
      }
    }
  }

  @Test(
    "has no header but Hash",
    arguments: ["Comment: x", "Hash:", "Hashes: SHA256", "NotDashEscaped: GnuPG", " ", "x"])
  func headers(header: String) {
    #expect(refusal(replacing("Hash: ", with: "\(header)\nHash: "))?.place?.line == 2)
  }

  @Test("may have several Hash headers or none")
  func hashHeaders() throws {
    #expect(try read(replacing("Hash: ", with: "Hash: SHA512\nHash: ")) == Self.text)
    let line = try #require(message.split(separator: "\n").dropFirst().first)
    #expect(try read(replacing(line + "\n", with: "")) == Self.text)
  }

  @Test("gives no blank at a line's end, which can be added without breaking the signature")
  func finalBlanks() throws {
    let changed = replacing("Suite: stable\n", with: "Suite: stable \t \r\n")
    #expect(try key.accepts(changed))
    #expect(try read(changed) == Self.text)
  }

  @Test("is refused with a line so long that GnuPG ignores its end and calls it good")
  func longLine() throws {
    let blanks = String(repeating: " ", count: 20_000)
    let changed = replacing("Suite: stable\n", with: "Suite: stable\(blanks)Evil\n")
    #expect(try key.accepts(changed))
    let error = refusal(changed)
    #expect(error?.reason == "a line of the signed text is longer than 16384 bytes")
    #expect(error?.place?.line == 5)
    let bearable = String(repeating: " ", count: 16_000)
    #expect(try !key.accepts(replacing("stable\n", with: "stable\(bearable)Evil\n")))
  }

  @Test("is refused with a NUL byte, which GnuPG overlooks at a line's end")
  func nul() throws {
    let changed = replacing("Suite: stable\n", with: "Suite: stable\0\n")
    #expect(try key.accepts(changed))
    #expect(refusal(changed)?.reason == "a NUL byte in the signed text")
  }
}
