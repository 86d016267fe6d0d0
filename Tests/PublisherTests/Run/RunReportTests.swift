// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Publisher

@Suite("The status that a run asks for")
struct RunReportTests {
  private func status(_ codes: ExitCode...) -> Int32 {
    var report = RunReport(suite: "tester", releaseDate: ArchiveDate(seconds: 0))
    for code in codes { report.ask(for: code) }
    return report.status
  }

  @Test("is 0 when all went well")
  func ok() { #expect(status() == 0) }

  @Test("is what must be mended rather than what mends itself")
  func graver() {
    #expect(status(.temporary) == 75)
    #expect(status(.temporary, .data) == 65)
    #expect(status(.data, .temporary) == 65)
    #expect(status(.io, .data) == 74)
  }
}
