// SPDX-License-Identifier: Apache-2.0

/// What went wrong, where, and what to do about it.
public struct ArchiveError: Error, Hashable, Sendable {
  /// The exit status this error ends the command with.
  public let code: ExitCode
  /// What was found and what was expected.
  public let reason: String
  /// Where it was found.
  public var place: Place?
  /// What the operator can do.
  public let advice: String?

  /// Describes one failure.
  public init(_ code: ExitCode, _ reason: String, at place: Place? = nil, advice: String? = nil) {
    self.code = code
    self.reason = reason
    self.place = place
    self.advice = advice
  }

  /// A file, and where the error is known that closely a line and a byte offset in it.
  public struct Place: Hashable, Sendable {
    /// The file's path or URL.
    public var file: String
    /// Counted from 1.
    public var line: UInt64?
    /// Counted from 0, in the decompressed bytes.
    public var offset: UInt64?

    /// Names a place in a file.
    public init(file: String, line: UInt64? = nil, offset: UInt64? = nil) {
      self.file = file
      self.line = line
      self.offset = offset
    }
  }
}

extension ArchiveError.Place: CustomStringConvertible {
  /// `file:line (byte offset)`.
  public var description: String {
    var text = file
    if let line { text += ":\(line)" }
    if let offset { text += " (byte \(offset))" }
    return text
  }
}

extension ArchiveError: CustomStringConvertible {
  /// `place: reason; advice`, one line.
  public var description: String {
    var text = place.map { "\($0): \(reason)" } ?? reason
    if let advice { text += "; \(advice)" }
    return text
  }
}
