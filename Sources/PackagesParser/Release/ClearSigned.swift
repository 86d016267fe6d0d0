// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A message in the cleartext signature framework (RFC 9580 section 7), as InRelease is.
///
/// Stricter than the framework: exactly one message, nothing before it, white space alone after
/// it. Text outside the signed part has fooled more than one reader of InRelease.
public struct ClearSigned: Sendable {
  /// The signed text, dash-escapes undone, without the blanks at the end of lines, to which no
  /// signature of this form applies.
  public let text: [UInt8]

  /// The longest line accepted, in bytes. GnuPG checks the first 20,000 bytes of a line alone and
  /// calls the signature good whatever follows them.
  public static let maximumLine = 16 << 10

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
      try check(line, lines)
      if line.first == 0x2D {
        guard line.starts(with: [0x2D, 0x20]) else {
          throw lines.error("a line of the signed text begins with '-' and is not dash-escaped")
        }
        text += withoutFinalBlanks(line.dropFirst(2))
      } else {
        text += withoutFinalBlanks(line)
      }
      text.append(0x0A)
    }
    throw lines.error("expected '-----BEGIN PGP SIGNATURE-----' before the end")
  }

  private static func check(_ line: ArraySlice<UInt8>, _ lines: Lines) throws(ArchiveError) {
    guard line.count <= maximumLine else {
      throw lines.error("a line of the signed text is longer than \(maximumLine) bytes")
    }
    guard !line.contains(0) else { throw lines.error("a NUL byte in the signed text") }
  }

  /// RFC 9580 section 7.2: blanks at a line's end are not signed; a carriage return is one, as
  /// part of the line's end.
  private static func withoutFinalBlanks(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
    return line[..<(line.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? line.startIndex)]
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

extension Lines {
  fileprivate func error(_ reason: String) -> ArchiveError {
    ArchiveError(
      .data, reason, at: place, advice: "the file was changed after it was signed, or is damaged")
  }
}
