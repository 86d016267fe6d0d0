// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PackagesParser
internal import Publisher
internal import ReleaseTrust

/// One look at a suite's published set and its part of the ledger; reads nothing of the pool.
struct Look {
  private(set) var report: AuditReport
  private(set) var listing = ArchiveListing()
  /// Nil where the suite was never published, or cannot be opened.
  private(set) var published: PublishedSuite?
  /// Members that the ledger lost and a right file has.
  private(set) var restorable: [(record: PieceIndexRecord, sequence: Int, bytes: [UInt8])] = []
  /// Base piece sizes of the current torrents, by architecture.
  private(set) var bases: [String: PieceSize] = [:]

  private let audit: SuiteAudit
  private let directory: SuiteDirectory

  /// - Throws: `ArchiveError` when the suite was never processed.
  init(_ audit: SuiteAudit, _ directory: SuiteDirectory) async throws {
    self.audit = audit
    self.directory = directory
    let path = "\(audit.root.path)/dists/\(directory.name)"
    report = AuditReport(suite: directory.name, releaseDate: nil)
    let upstream: ReleaseFile
    do {
      upstream = try await SignedRelease.read(
        directory: path, policy: audit.settings.trust, now: audit.context.now
      ).release
    } catch let error as ArchiveError where error.code == .data {
      // Nothing that it lists can be believed; the rest of the ledger is another suite's matter.
      report.findings.append(Finding(.archive, error, file: path))
      return
    }
    report = AuditReport(suite: directory.name, releaseDate: upstream.date)
    guard let name = upstream.ledgerName,
      let suite = try audit.ledger.findSuite(origin: upstream.origin ?? "", name: name)
    else {
      throw ArchiveError(
        .noInput, "the ledger knows nothing of this suite", at: ArchiveError.Place(file: path),
        advice: "run archive-tool hash first, or name another directory by --state")
    }
    for torrent in try audit.ledger.torrents(of: suite) where torrent.superseded == nil {
      bases[torrent.architecture] = torrent.base
    }
    do {
      try await look(suite, upstream)
    } catch let error as ArchiveError where [.data, .io, .permission].contains(error.code) {
      let place = "\(audit.settings.state)/ledger.sqlite"
      // What a row holds that cannot be has no place.
      let isOfLedger = error.place.map { $0.file == place } ?? true
      report.findings.append(Finding(isOfLedger ? .ledger : .release, error, file: place))
    }
  }

  private mutating func look(_ suite: SuiteRecord, _ upstream: ReleaseFile) async throws {
    let (ledger, settings) = (audit.ledger, audit.settings)
    let knowledge = try LedgerKnowledge(
      try ledger.torrents(of: suite), ledger: ledger, state: settings.state)
    var own = LedgerAudit(ledger, state: settings.state)
    try own.check(knowledge)
    report.findings += own.findings
    guard let published = try open(suite) else {
      try list(upstream)
      return
    }
    self.published = published
    report.publishedDate = published.release.date.description
    try checkRelease(published, knowledge)
    var signatures = SignatureAudit(
      published, settings: settings, operatorKeyrings: audit.options.operatorKeyrings)
    try await signatures.check(now: audit.context.now)
    report.findings += signatures.findings
    report.notes += signatures.notes
    var listed = ListedFiles(published, ledger: ledger)
    try listed.check()
    report.findings += listed.findings
    report.filesChecked = listed.checked
    var indices = PieceIndexFiles(
      published, ledger: ledger, knowledge: knowledge, sound: listed.sound)
    try indices.check()
    report.findings += indices.findings
    report.contentsChecked = indices.contents
    restorable = indices.restorable
    try readIndices(published, upstream, knowledge, indices.pairings)
    var objects = ObjectAudit(published, settings: settings, ledger: ledger, suite: directory.name)
    try objects.check()
    report.findings += objects.findings
    report.objectsChecked = objects.checked
  }

  /// Opens the published set; that there is none is a finding.
  private mutating func open(_ suite: SuiteRecord) throws -> PublishedSuite? {
    let output = try PublishedSuite.output(audit.settings, archive: audit.root)
    let place = "\(output)/dists/\(directory.name)/Release"
    do {
      return try PublishedSuite(
        directory.name, suite: suite, settings: audit.settings, archive: audit.root,
        ledger: audit.ledger)
    } catch let error as ArchiveError where error.code == .noInput {
      report.findings.append(Finding(.release, place, "is not there"))
    } catch let error as ArchiveError where error.code == .data {
      report.findings.append(Finding(.release, error.place.map { "\($0)" } ?? place, error.reason))
    }
    return nil
  }

  /// Compares Release with what was recorded when it was published, and with the ledger's torrents.
  private mutating func checkRelease(
    _ published: PublishedSuite, _ knowledge: LedgerKnowledge
  ) throws {
    let place = published.path("Release")
    let publication = try audit.ledger.publication(of: published.suite, output: published.output)
    let digest = try SHA256Digest.hashing(published.text)
    if publication?.release != digest {
      report.findings.append(
        published.isInPlace
          ? Finding(
            .stale, place, "is not the one that was published: the archive was exported again")
          : Finding(
            .release, place,
            publication == nil
              ? "the ledger does not know that this was published"
              : "is not the one that was published"))
    }
    for released in try published.release.torrents() {
      guard let torrent = knowledge.torrents[released.id] else {
        report.findings.append(
          Finding(
            .ledgerBehind, place, "lists torrent \(released.id), which the ledger does not have"))
        continue
      }
      let numbering = torrent.record.numbering
      let told = (released.floor, released.next, UInt64(released.live))
      let known = (numbering.floor, numbering.next, numbering.live)
      guard told != known else { continue }
      let problem =
        "torrent \(released.id) has floor, next and live \(told.0) \(told.1) \(told.2), the "
        + "ledger's are \(known.0) \(known.1) \(known.2)"
      let isBehind = told.1 > known.1 || told.0 > known.0
      report.findings.append(Finding(isBehind ? .ledgerBehind : .stale, place, problem))
    }
  }

  private mutating func readIndices(
    _ published: PublishedSuite, _ upstream: ReleaseFile, _ knowledge: LedgerKnowledge,
    _ pairings: [String: PieceIndexFiles.Pairing]
  ) throws {
    var current: [String: LedgerKnowledge.Torrent] = [:]
    for released in try published.release.torrents().sorted(by: { $0.generation < $1.generation }) {
      current[released.architecture] = knowledge.torrents[released.id]
    }
    var stanzas = StanzaAudit(
      archive: audit.root, published: published, ledger: audit.ledger, torrents: current,
      pairings: pairings, upstreamDate: upstream.date)
    for source in try selection(upstream).sources {
      audit.context.observe(.reading(path: source.path.string))
      try stanzas.check(source)
    }
    report.findings += stanzas.findings
    report.stanzasChecked = stanzas.stanzas
    listing = stanzas.listing
  }

  private func selection(_ upstream: ReleaseFile) throws -> IndexSelection {
    try IndexSelection(
      release: upstream, suite: directory.name, root: audit.root, settings: audit.settings)
  }

  /// What the pool has to hold where nothing is published to compare with.
  private mutating func list(_ upstream: ReleaseFile) throws {
    for source in try selection(upstream).sources {
      do {
        listing.add(try ArchiveListing.files(of: source, in: audit.root))
      } catch let error as ArchiveError {
        report.findings.append(Finding(.archive, error, file: audit.root.absolute(source.path)))
      }
    }
  }
}
