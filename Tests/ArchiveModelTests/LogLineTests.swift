// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@Suite("A line of the log")
struct LogLineTests {
  private func line(_ value: String) -> String {
    LogLine(.warning, "file differs", [("path", value)]).forJournal
  }

  @Test("bears the priority that journald reads")
  func journal() {
    #expect(LogLine(.error, "stopped", []).forJournal == "<3>stopped\n")
    #expect(LogLine.Severity.allCases.map(\.rawValue) == [2, 3, 4, 5, 6, 7])
  }

  @Test("bears time and level elsewhere")
  func stamped() {
    let line = LogLine(.notice, "started", [("version", "1.0"), ("port", "80")])
    #expect(
      line.stamped(ArchiveDate(seconds: 0))
        == "1970-01-01T00:00:00Z notice started version=1.0 port=80\n")
  }

  @Test("quotes what could be taken for something else")
  func quotes() {
    #expect(line("pool/a b") == "<4>file differs path=\"pool/a b\"\n")
    #expect(line("") == "<4>file differs path=\"\"\n")
    #expect(line("a=\"b\" \\") == "<4>file differs path=\"a=\\\"b\\\" \\\\\"\n")
    #expect(line("pool/a_1.0~b+c.deb") == "<4>file differs path=pool/a_1.0~b+c.deb\n")
  }

  @Test(
    "stays one line, whatever it tells of",
    arguments: ["a\nb", "a\r\nb", "\u{1B}[2J", "\u{9B}2J", "\u{2028}", "\u{202E}x", "\u{0}"])
  func foreign(_ value: String) {
    let text = line(value)
    #expect(text.dropLast().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    #expect(!text.contains(value))
    #expect(text.contains("\\u{"))
  }

  @Test("is bounded")
  func bounded() {
    let text = line(String(repeating: "x", count: 100_000))
    #expect(text.unicodeScalars.count < 2100)
    #expect(text.hasSuffix("x…\n"))
  }
}
