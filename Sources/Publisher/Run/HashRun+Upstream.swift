// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger

extension HashRun {
  // Names enough to look into it, few enough for a mail from cron.
  private static let namedFiles = 10

  /// For numbers that a publisher upstream gives: leaves out what this mirror has read otherwise,
  /// and counts what has no numbers yet.
  func compareWithUpstream(
    _ survey: inout Survey, _ input: RunInput, _ report: inout RunReport
  ) throws {
    survey.leaveOut(try ledger.refuted(in: input.suite))
    for path in survey.refuted.sorted().prefix(Self.namedFiles) {
      report.problems.append(
        "\(path): its pieces are not those that the publisher upstream says; left out")
    }
    if !survey.refuted.isEmpty { report.ask(for: .data) }
    let waiting = survey.unnumbered
    report.contentsUnnumbered = waiting.count
    guard !waiting.isEmpty else { return }
    let more = waiting.count > Self.namedFiles ? ", …" : ""
    context.observe(
      .note(
        "\(report.suite): \(waiting.count) files are not numbered upstream yet: "
          + waiting.prefix(Self.namedFiles).map(\.string).joined(separator: ", ") + more))
  }
}
