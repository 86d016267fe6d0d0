// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
internal import ArchiveModel
package import Ledger
internal import PackagesParser
package import Publisher
internal import ReleaseTrust

/// Audits one suite: what is published, the ledger and the pool, against each other and against the
/// archive's signed indices.
///
/// Takes no lock: a run of `hash` that publishes meanwhile is noticed, and the set looked at again.
/// Blocks on disk; run it on a `BlockingExecutor`.
package struct SuiteAudit: Sendable {
  let settings: SuiteSettings
  let options: AuditOptions
  let root: ArchiveRoot
  let ledger: Ledger
  let context: RunContext

  // Each look takes seconds, and hash publishes a few times a day.
  private static let attempts = 3

  /// Prepares an audit; nothing is looked at yet.
  package init(
    settings: SuiteSettings, options: AuditOptions, root: ArchiveRoot, ledger: Ledger,
    context: RunContext
  ) {
    self.settings = settings
    self.options = options
    self.root = root
    self.ledger = ledger
    self.context = context
  }

  /// Audits the suite called `name`, and repairs it where that was asked for.
  ///
  /// - Parameters:
  ///   - name: as in `hash`.
  ///   - withDatabase: whether to look at what holds for all suites; once a command is enough.
  /// - Returns: what was looked at, found and repaired.
  /// - Throws: `ArchiveError` when there is nothing to audit; what is wrong is in the report.
  package func run(suite name: String, withDatabase: Bool) async throws -> AuditReport {
    let directory = try SuiteDirectory(named: name, archive: root.path)
    var look = try await lookAgain(directory)
    var report = look.report
    if withDatabase { try checkDatabase(&report) }
    let pool = try await readPool(look, directory, &report)
    guard options.repairs else { return report }
    let repair = Repair(audit: self, directory: directory, look: look, pool: pool)
    do {
      report.repairs = try await repair.run(&report)
    } catch let error as ArchiveError {
      // What was found is told all the same.
      report.repairs.append("the repair failed: \(error)")
    }
    guard !options.dryRun else { return report }
    // What is still found is not mended, whatever was tried.
    look = try await lookAgain(directory)
    var left = look.report
    if withDatabase { try checkDatabase(&left) }
    for index in report.findings.indices where !report.findings[index].kind.isOfPool {
      let finding = report.findings[index]
      let isMended = !left.findings.contains { $0.isSame(as: finding) }
      report.findings[index].isMended = isMended
      report.findings[index].repair = isMended ? finding.repair ?? "mended with the rest" : nil
    }
    report.findings += left.findings.filter { finding in
      !report.findings.contains { $0.isSame(as: finding) }
    }
    return report
  }

  private func checkDatabase(_ report: inout AuditReport) throws {
    var audit = LedgerAudit(ledger, state: settings.state)
    do { try audit.checkDatabase() } catch let error as ArchiveError {
      report.findings.append(Finding(.ledger, error, file: "\(settings.state)/ledger.sqlite"))
    }
    report.findings += audit.findings
  }

  /// Looks at the set until nobody publishes meanwhile.
  private func lookAgain(_ directory: SuiteDirectory) async throws -> Look {
    for _ in 1..<Self.attempts {
      let before = try ledger.changeCounter()
      let look = try await Look(self, directory)
      if look.report.findings.isEmpty { return look }
      if try ledger.changeCounter() == before { return look }
    }
    return try await Look(self, directory)
  }

  private func readPool(
    _ look: Look, _ directory: SuiteDirectory, _ report: inout AuditReport
  ) async throws -> PoolAudit {
    let path = "\(root.path)/dists/\(directory.name)"
    let before = Self.stamp(path)
    var pool = PoolAudit(
      suite: directory.name, settings: settings, options: options, archive: root, ledger: ledger,
      context: context, listing: look.listing, bases: look.bases)
    try await pool.run()
    report.pool = pool.report
    if Self.stamp(path) == before {
      report.findings += pool.findings
    } else {
      // The archive was synced meanwhile: what is no longer there may be listed no more.
      report.findings += pool.findings.filter { $0.kind != .poolMissing }
      report.notes.append("the archive changed during the run: missing files are not told of")
    }
    return pool
  }

  /// Changes with each Release of the archive.
  private static func stamp(_ directory: String) -> [StalenessKey?] {
    ["InRelease", "Release"].map { name in
      (try? Descriptor.open("\(directory)/\(name)").status()).map { StalenessKey($0) }
    }
  }
}

extension Finding.Kind {
  /// Whether it is of a file of the pool, which no repair touches.
  var isOfPool: Bool {
    switch self {
    case .poolMissing, .poolSize, .poolRotten, .poolReplaced, .poolSwapped, .poolUnreadable,
      .poolPieces:
      true
    default: false
    }
  }
}
