// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A message in the cleartext signature framework (RFC 9580 section 7), as InRelease is.
///
/// Stricter than the framework: exactly one message, nothing before it, white space alone after
/// it. Text outside the signed part has fooled more than one reader of InRelease.
public struct ClearSigned: Sendable {
  /// The signed text, dash-escapes undone.
  public let text: [UInt8]

  /// Takes the message apart.
  ///
  /// - Throws: `ArchiveError` with the line that is not as it must be.
  public init(_ message: [UInt8], file: String) throws(ArchiveError) {
    var lines = Lines(message, file: file)
    guard lines.next() == Self.begin else {
      throw lines.error("expected '-----BEGIN PGP SIGNED MESSAGE-----' as the first line")
    }
    try Self.skipHeaders(&lines)
    text = try Self.signedText(&lines)
    try Self.skipSignature(&lines)
  }

  /// Whether `bytes` begin like a cleartext-signed message.
  public static func isLikely(_ bytes: [UInt8]) -> Bool { bytes.starts(with: begin) }

  private static let begin = Array("-----BEGIN PGP SIGNED MESSAGE-----".utf8)[...]
  private static let signature = Array("-----BEGIN PGP SIGNATURE-----".utf8)[...]
  private static let end = Array("-----END PGP SIGNATURE-----".utf8)[...]

  /// Only `Hash` headers may stand there; other text there would look signed and is not.
  private static func skipHeaders(_ lines: inout Lines) throws(ArchiveError) {
    while let line = lines.next() {
      if line.isEmpty { return }
      guard line.starts(with: Array("Hash: ".utf8)) else {
        throw lines.error("expected a 'Hash:' header or an empty line before the signed text")
      }
    }
    throw lines.error("the message ends before its text")
  }

  private static func signedText(_ lines: inout Lines) throws(ArchiveError) -> [UInt8] {
    var text: [UInt8] = []
    while let line = lines.next() {
      if line == signature { return text }
      if line.first == 0x2D {
        guard line.starts(with: [0x2D, 0x20]) else {
          throw lines.error("a line of the signed text begins with '-' and is not dash-escaped")
        }
        text += line.dropFirst(2)
      } else {
        text += line
      }
      text.append(0x0A)
    }
    throw lines.error("expected '-----BEGIN PGP SIGNATURE-----' before the end")
  }

  private static func skipSignature(_ lines: inout Lines) throws(ArchiveError) {
    while let line = lines.next() {
      if line == end {
        while let rest = lines.next() {
          guard rest.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else {
            throw lines.error("text after the signature, expected the end of the file")
          }
        }
        return
      }
      guard line.first != 0x2D else { throw lines.error("a second message inside the signature") }
    }
    throw lines.error("expected '-----END PGP SIGNATURE-----' before the end")
  }
}

/// Lines without their newline, counted.
private struct Lines {
  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private var number: UInt64 = 0

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  mutating func next() -> ArraySlice<UInt8>? {
    guard position < bytes.count else { return nil }
    let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
    defer { position = end + 1 }
    number += 1
    return bytes[position..<end]
  }

  func error(_ reason: String) -> ArchiveError {
    ArchiveError(
      .data, reason,
      at: ArchiveError.Place(file: file, line: number, offset: UInt64(min(position, bytes.count))),
      advice: "the file was changed after it was signed, or is damaged")
  }
}
