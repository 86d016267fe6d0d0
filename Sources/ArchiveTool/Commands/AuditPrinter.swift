// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Audit
internal import Publisher

/// Says of audits what their reader asked to hear.
struct AuditPrinter {
  let json: Bool
  let quiet: Bool
  let verbose: Bool
  let dryRun: Bool
  private let bar: ProgressBar?

  /// Of one kind no more are printed: a lost disk would have one line a package.
  private static let maximumOfAKind = 10

  init(json: Bool, quiet: Bool, verbose: Bool, dryRun: Bool) {
    self.json = json
    self.quiet = quiet
    self.verbose = verbose
    self.dryRun = dryRun
    bar = Terminal.isWatched && !quiet ? ProgressBar() : nil
  }

  func observe(_ event: RunEvent) {
    if case .warning(let text) = event, !quiet {
      bar?.clear()
      Terminal.complain(text)
    }
    bar?.show(event)
  }

  func clear() { bar?.clear() }

  func complain(_ error: ArchiveError, suite: String?) {
    bar?.clear()
    Terminal.complain((suite.map { "\($0): " } ?? "") + "\(error)")
  }

  /// One suite's report: findings always, a summary when asked for.
  func print(_ report: AuditReport) {
    bar?.clear()
    if !quiet {
      for kind in Finding.Kind.allCases {
        print(report.findings.filter { $0.kind == kind }, report)
      }
      for repair in report.repairs { Terminal.complain("\(report.suite): \(repair)") }
    }
    if verbose {
      for note in report.notes { Terminal.complain("\(report.suite): \(note)") }
      if !json { Terminal.print(Self.summary(report)) }
    }
  }

  private func print(_ findings: [Finding], _ report: AuditReport) {
    for finding in findings.prefix(Self.maximumOfAKind) {
      Terminal.complain("\(report.suite): \(finding)")
    }
    let more = findings.count - Self.maximumOfAKind
    guard more > 0, let kind = findings.first?.kind else { return }
    Terminal.complain("\(report.suite): and \(more) more of the kind \(kind.rawValue): see --json")
  }

  /// All reports as one JSON object, when that was asked for.
  func finish(_ reports: [AuditReport], failure: ArchiveError?) {
    guard json else { return }
    struct Output: Encodable {
      let suites: [AuditReport]
      let error: String?
    }
    try? Terminal.print(json: Output(suites: reports, error: failure.map { "\($0)" }))
  }

  private static func summary(_ report: AuditReport) -> String {
    var parts = [
      "\(report.filesChecked) published files, \(report.stanzasChecked) stanzas, "
        + "\(report.contentsChecked) contents in piece indices"
    ]
    if report.objectsChecked > 0 { parts.append("\(report.objectsChecked) objects") }
    let pool = report.pool
    var read =
      "read \(pool.filesRead) of \(pool.files) files (\(Units.bytes(pool.bytesRead)) of "
      + "\(Units.bytes(pool.bytes)))"
    if pool.resumed { read += " from where the last run was interrupted" }
    if pool.covered > 0 { read += ", \(pool.covered) % since all was read" }
    parts.append(read)
    let left = report.findings.count { !$0.isMended }
    parts.append(left == 0 ? "sound" : left == 1 ? "1 finding" : "\(left) findings")
    return "\(report.suite) \(report.releaseDate ?? "-"): \(parts.joined(separator: "; "))"
  }
}
