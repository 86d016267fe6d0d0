// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import Ledger
internal import Publisher

/// Rebuilds what the ledger and the archive's own files give: never touches the pool, nor a file
/// that somebody else published.
struct Repair {
  let audit: SuiteAudit
  let directory: SuiteDirectory
  let look: Look
  let pool: PoolAudit

  private var isDry: Bool { audit.options.dryRun }
  private var would: String { isDry ? "would be " : "" }

  /// Repairs what `report` lists, and says in it what was done; returns what was done besides.
  ///
  /// - Throws: `ArchiveError` when another run holds the state directory, or a repair failed.
  func run(_ report: inout AuditReport) async throws -> [String] {
    if isDry { return try await mend(&report) }
    let lock = try StateLock(directory: audit.settings.state, note: "archive-tool verify --repair")
    let done = try await mend(&report)
    _ = consume lock
    return done
  }

  private func mend(_ report: inout AuditReport) async throws -> [String] {
    var done: [String] = []
    try mendPool(&report, &done)
    removeBlocks(&report)
    try restoreMembers(&report)
    // What is wrong in the ledger must not take the place of what was published right.
    guard !report.findings.contains(where: { $0.isOfLedger }) else {
      done.append("nothing was published anew, because the ledger is damaged, or older")
      return done
    }
    try await publish(&report, &done)
    return done
  }

  /// What is bad is forgotten, so that nobody is given it by hash; what is right is known by its new
  /// key.
  private func mendPool(_ report: inout AuditReport, _ done: inout [String]) throws {
    let archive = try audit.ledger.findArchive(path: audit.root.path)
    var right: [VerifiedContent] = []
    for mendable in pool.mendable {
      switch mendable {
      case .forget(let path):
        if !isDry, let archive { try audit.ledger.forgetFile(path, archive: archive) }
        note(&report, "\(audit.root.path)/\(path)", "\(would)marked as unverified in the ledger")
      case .remember(let verified):
        right.append(verified)
        let place = "\(audit.root.path)/\(verified.path)"
        note(&report, place, "\(would)stored in the ledger as read", isMended: !isDry)
      }
    }
    guard !right.isEmpty else { return }
    if !isDry, let archive { _ = try audit.ledger.remember(right, archive: archive) }
    done.append("\(right.count) files that were touched and are right: \(would)noted as such")
  }

  private func note(
    _ report: inout AuditReport, _ file: String, _ what: String, isMended: Bool = false
  ) {
    for index in report.findings.indices where report.findings[index].file == file {
      report.findings[index].repair = what
      report.findings[index].isMended = isMended
    }
  }

  private func removeBlocks(_ report: inout AuditReport) {
    for index in report.findings.indices where report.findings[index].kind == .block {
      if !isDry { unlink(report.findings[index].file) }
      report.findings[index].repair = "\(would)removed"
    }
  }

  /// A member that does not decompress is what the published file has, which Release vouches for.
  private func restoreMembers(_ report: inout AuditReport) throws {
    for member in look.restorable where MemberComparison.isWhole(bytes: member.bytes) {
      if !isDry {
        try audit.ledger.restoreMember(member.sequence, of: member.record, member.bytes)
      }
      let place = "\(audit.settings.state)/ledger.sqlite (\(member.record.path))"
      for index in report.findings.indices
      where report.findings[index].kind == .member && report.findings[index].file == place {
        report.findings[index].repair = "\(would)taken from the published file"
      }
    }
  }
}

extension Repair {
  /// Publishes the suite once more where anything of it, or of what it is made of, is wrong.
  private func publish(_ report: inout AuditReport, _ done: inout [String]) async throws {
    let wrong = report.findings.indices.filter { report.findings[$0].kind.isMendedByPublishing }
    let forgets = pool.mendable.contains { if case .forget = $0 { true } else { false } }
    guard !wrong.isEmpty || forgets else { return }
    // In place, the indices that were extended are the only ones there are.
    let mendable = wrong.filter { !isInPlaceIndex(report.findings[$0]) }
    for index in wrong where !mendable.contains(index) {
      report.findings[index].repair = nil
    }
    guard !mendable.isEmpty || forgets else { return }
    for index in mendable { report.findings[index].repair = "\(would)published anew" }
    guard !isDry else { return }
    try removeWrongNames(report)
    if let published = look.published {
      try audit.ledger.forgetPublication(of: published.suite, output: published.output)
    }
    let hasObjects = report.findings.contains { $0.kind == .object }
    if hasObjects { unlink(ObjectManifest.path(audit.settings, suite: directory.name)) }
    let run = try HashRun(
      settings: audit.settings, root: audit.root, ledger: audit.ledger, context: audit.context)
    let result = try await run.run(suite: directory.name)
    if result.published { done.append("published the suite anew") }
  }

  private func isInPlaceIndex(_ finding: Finding) -> Bool {
    guard let published = look.published, published.isInPlace else { return false }
    return finding.kind == .wrongFile && !finding.file.hasSuffix("-pieces.gz")
  }

  /// A by-hash file of ours with other bytes would be linked into the next set.
  private func removeWrongNames(_ report: AuditReport) throws {
    guard let published = look.published else { return }
    let ours = try audit.ledger.byHashFiles(of: published.suite, output: published.output)
    for finding in report.findings where finding.kind == .byHash {
      let name = String(finding.file.dropFirst(published.visible.utf8.count + 1))
      if ours[name] != nil { unlink("\(published.directory)/\(name)") }
    }
  }
}

extension Finding {
  /// Whether the ledger itself cannot be trusted; a member that was put back is none such.
  fileprivate var isOfLedger: Bool {
    switch kind {
    case .ledger, .ledgerBehind, .pieceIndex, .numberReused, .notPrefix: true
    case .member: repair == nil
    default: false
    }
  }
}

extension Finding.Kind {
  /// Whether a new publication from the ledger brings it right.
  fileprivate var isMendedByPublishing: Bool {
    switch self {
    case .release, .signature, .missingFile, .wrongFile, .byHash, .stanza, .object: true
    default: false
    }
  }
}
