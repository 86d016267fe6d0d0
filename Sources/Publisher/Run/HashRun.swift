// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel
package import Ledger
internal import PackagesParser
internal import PieceHasher

/// One run over one suite: from its signed Release to a published set in which every piece has a
/// number and a checked hash.
///
/// The order is the promise: nothing is believed before it is verified, nothing published before
/// its numbers are durable, nothing visible before it is whole. Blocks on disk; run it on a
/// `BlockingExecutor`.
package struct HashRun: Sendable {
  let settings: SuiteSettings
  let root: ArchiveRoot
  let ledger: Ledger
  let archive: RowID
  let context: RunContext

  /// Prepares a run; the caller holds the state directory's lock.
  ///
  /// - Throws: `ArchiveError` when archive or ledger cannot be used.
  package init(
    settings: SuiteSettings, root: ArchiveRoot, ledger: Ledger, context: RunContext
  ) throws(ArchiveError) {
    self.settings = settings
    self.root = root
    self.ledger = ledger
    self.context = context
    archive = try ledger.archive(path: root.path)
  }

  /// Reads, numbers and publishes the suite called `name`.
  ///
  /// - Throws: `ArchiveError` when nothing could be published; lesser trouble is in the report.
  package func run(suite name: String) async throws -> RunReport {
    var input = try await RunInput(suite: name, run: self)
    let objects = try ObjectRun(settings: settings, suite: input.directory.name)
    var report = RunReport(
      suite: input.directory.name, releaseDate: input.release.date,
      validUntil: input.release.validUntil)
    report.dryRun = settings.dryRun
    report.upstream = settings.upstream?.report
    report.indicesRead = input.selection.sources.count
    report.indicesAbsent = input.selection.absent.map(\.path)
    for location in input.selection.absent { context.observe(.note("\(location.path): not here")) }

    var survey = try await survey(input, restarting: [], report: &report)
    var plan = try plan(survey)
    if !plan.exhausted.isEmpty {
      // Too many dead numbers: the same once more, with new generations for these torrents.
      let restarting = Set(plan.exhausted.map { survey.contents.torrents[$0].architecture })
      survey = try await self.survey(input, restarting: restarting, report: &report)
      plan = try self.plan(survey)
    }
    report.files = survey.fileCount
    report.bytes = survey.totalBytes
    describe(plan, survey, &report)
    if settings.dryRun {
      report.published = report.contentsNumbered + report.contentsRetired > 0
      return report
    }
    try commit(plan, &survey, &input, &report)
    if settings.upstream != nil { try compareWithUpstream(&survey, input, &report) }
    try await publish(survey, input, objects, &report)
    return report
  }

  /// Reads all indices and what of the pool is pending.
  private func survey(
    _ input: RunInput, restarting: Set<String>, report: inout RunReport
  ) async throws -> Survey {
    var survey = Survey(
      contents: try contents(input, restarting: restarting), root: root, archive: archive,
      ledger: ledger, base: settings.base, pieceIndices: input.pieceIndices)
    for source in input.selection.sources {
      context.observe(.reading(path: source.path.string))
      try survey.read(source)
    }
    if settings.dryRun {
      for file in survey.pending {
        report.filesHashed += 1
        report.bytesHashed += survey.contents.all[Int(file.content)].id.size.rawValue
        survey.assumeVerified(file)
      }
    } else {
      var options = HashOptions()
      options.hashes = settings.hashes
      options.bandwidth = settings.bandwidth
      options.idleIO = settings.idleIO
      if let name = context.hashKernel { options.kernels = try LaneKernels(named: name) }
      let hasher = PieceHasher(root: root, workers: settings.jobs, options: options)
      let reading = PoolReading(hasher: hasher, ledger: ledger, archive: archive, context: context)
      try await reading.run(&survey, report: &report)
    }
    report.missing = survey.missing.sorted().prefix(10).map(\.string)
    report.filesMissing = survey.missing.count
    if !survey.missing.isEmpty { report.ask(for: .temporary) }
    return survey
  }

  /// What the ledger knows of the suite's torrents, but for those that begin anew.
  private func contents(_ input: RunInput, restarting: Set<String>) throws -> Contents {
    var contents = Contents()
    let completeness = Completeness(
      selection: input.selection, release: input.release, pieceIndices: input.pieceIndices)
    for record in try ledger.torrents(of: input.suite) where record.superseded == nil {
      let isComplete = completeness.isComplete(record.architecture)
      let restarts =
        isComplete && settings.upstream == nil
        && (restarting.contains(record.architecture) || record.base != settings.base)
      var torrent = RunTorrent(
        architecture: record.architecture, base: restarts ? settings.base : record.base)
      torrent.isComplete = isComplete
      if restarts {
        torrent.predecessor = record
      } else {
        torrent.record = record
        torrent.numbering = record.numbering
      }
      contents.add(torrent)
      guard !restarts else { continue }
      let slot = Int32(contents.torrents.count - 1)
      try ledger.forEachContent(of: record) { contents.add($0, torrent: slot) }
    }
    contents.reserve(contents: contents.all.count)
    try ledger.forEachFile(of: input.suite, archive: archive) { contents.add($1, path: $0) }
    return contents
  }

  private func plan(_ survey: Survey) throws(ArchiveError) -> NumberPlan {
    if settings.upstream != nil { return NumberPlan(keeping: survey.contents) }
    return try NumberPlan(contents: survey.contents, names: survey.names, settings: settings)
  }

  private func describe(_ plan: NumberPlan, _ survey: Survey, _ report: inout RunReport) {
    report.contentsNumbered = plan.given.count
    report.piecesNumbered = plan.given.reduce(0) { $0 + UInt64($1.numbers.count) }
    report.contentsRevived = plan.revived.count
    report.contentsRetired = plan.retired.count
    report.newGenerations = survey.contents.torrents
      .filter { $0.predecessor != nil }.map(\.architecture)
    for refusal in plan.refusals {
      report.problems.append(
        "\(refusal.architecture): \(refusal.retiring) of \(refusal.living) contents are listed no "
          + "more, over the limit of \(settings.retireLimit) %: none retired; if this is meant, "
          + "run once with --allow-mass-retire")
      report.ask(for: .temporary)
    }
  }

  /// Makes the plan durable, and the tables say what it says.
  private func commit(
    _ plan: NumberPlan, _ survey: inout Survey, _ input: inout RunInput,
    _ report: inout RunReport
  ) throws {
    try beginGenerations(plan, &survey, input)
    var changes = NumberChanges(releaseDate: input.release.date)
    func change(_ position: Int32, _ numbers: PieceNumberRange?) -> NumberChanges.Given? {
      let content = survey.contents.all[Int(position)]
      guard let row = content.row, let numbers = numbers ?? content.numbers,
        let torrent = survey.contents.torrents[Int(content.torrent)].record
      else { return nil }
      return NumberChanges.Given(content: row, torrent: torrent.row, numbers: numbers)
    }
    changes.given = plan.given.compactMap { change($0.content, $0.numbers) }
    changes.revived = plan.revived.compactMap { change($0, nil) }
    changes.retired = plan.retired.compactMap { change($0, nil) }
    guard changes.given.count == plan.given.count else {
      throw ArchiveError(.software, "a content was to be numbered that the ledger does not have")
    }
    for (slot, torrent) in survey.contents.torrents.enumerated() {
      guard let record = torrent.record, record.numbering != plan.numberings[slot] else { continue }
      changes.torrents.append((record.row, plan.numberings[slot]))
    }
    if !changes.isEmpty || !changes.torrents.isEmpty
      || input.suite.releaseDate != input.release.date
    {
      try ledger.commit(changes, suite: input.suite)
    }
    survey.apply(plan)
    try context.reached(.numbered)
  }

  private func beginGenerations(
    _ plan: NumberPlan, _ survey: inout Survey, _ input: RunInput
  ) throws {
    let generations = Dictionary(
      try ledger.torrents(of: input.suite).map { ($0.architecture, $0.generation) },
      uniquingKeysWith: max)
    let numbered = Set(plan.given.map { Int(survey.contents.all[Int($0.content)].torrent) })
    for slot in numbered.sorted() where survey.contents.torrents[slot].record == nil {
      let torrent = survey.contents.torrents[slot]
      let header = TorrentHeader(
        publisher: ledger.publisher, origin: input.release.origin, label: input.release.label,
        suite: input.release.suite, codename: input.release.codename,
        architecture: torrent.architecture,
        generation: (generations[torrent.architecture] ?? 0) + 1, created: input.release.date,
        pieceSize: torrent.base)
      let record = try ledger.beginGeneration(header, suite: input.suite)
      survey.contents.update(slot) { $0.record = record }
      try context.reached(.generationBegun)
    }
  }
}
