// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Glibc

/// What is written to whom: results to standard output, everything else to standard error.
enum Terminal {
  /// Whether somebody watches standard error.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  /// Columns of the terminal, 80 where it does not say.
  static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes a line of a result.
  static func print(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

  /// Writes a line about trouble; the journal is told how much it matters.
  static func complain(_ line: String, _ severity: LogLine.Severity = .warning) {
    let prefix = JournalStream.isStandardError ? "<\(severity.rawValue)>" : "archive-tool: "
    write("\(prefix)\(clean(line))\n", to: STDERR_FILENO)
  }

  /// Writes to standard error as it is.
  static func draw(_ text: String) { write(text, to: STDERR_FILENO) }

  /// File names come from outside: no escape sequence of theirs reaches the terminal, and nothing that
  /// has the rest of a line shown in another order.
  static func clean(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { isHarmful($0) ? "?" : $0 }))
  }

  /// Control characters, line and paragraph separators, and what turns the direction of writing.
  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  private static func write(_ text: String, to descriptor: CInt) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        guard count > 0 || errno == EINTR else { return }
        if count > 0 { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
      }
    }
  }
}
