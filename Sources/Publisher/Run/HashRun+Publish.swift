// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PackagesParser
internal import ReleaseTrust

extension HashRun {
  /// Publishes what the ledger and the indices say, unless just that stands there already.
  func publish(
    _ survey: Survey, _ input: RunInput, _ objects: ObjectRun?, _ report: inout RunReport
  ) async throws {
    let torrents = try listedTorrents(input)
    report.torrents = torrents.map(Self.described)
    var fingerprint = Fingerprint(
      release: try SHA256Digest.hashing(input.signed.text),
      indices: survey.indices.map {
        DescribedIndex(path: $0.source.location.path, content: $0.plain)
      },
      torrents: torrents, leftOut: survey.missing + survey.corrupt + survey.refuted,
      aliases: input.directory.aliases, settings: settings, objects: try objects?.fingerprint())
    if settings.upstream != nil {
      fingerprint.members = input.pieceIndices.mapValues(\.members)
    }
    let digest = try fingerprint.digest()
    let location = settings.publish == .inPlace ? root.path : try outputPath()
    report.output = location
    let old = try ledger.publication(of: input.suite, output: location)
    if let old, old.fingerprint == digest,
      try Standing(
        suite: "\(location)/dists/\(input.directory.name)",
        isOverlay: settings.publish == .beside
      ).holds(old)
    {
      return
    }
    if old == nil { warnOfDifferences(input) }
    var set = try stagedSet(input, name: Self.setName(input.release.date, digest))
    let published: Filled
    do {
      published = try await fill(&set, survey, input, torrents, objects, &report)
    } catch {
      // What is half made helps nobody, least of all on a full disk.
      try? removeTree(set.staging)
      throw error
    }
    if set.isInPlace {
      // The next run will read what this one wrote.
      fingerprint.release = published.release
      fingerprint.indices = published.indices
    }
    try set.swap()
    try context.reached(.swapped)
    if let manifest = published.manifest { try objects?.record(manifest) }
    try ledger.record(
      Publication(fingerprint: try fingerprint.digest(), release: published.release),
      of: input.suite, output: location)
    try context.reached(.recorded)
    try set.prune()
    try context.reached(.pruned)
    report.published = true
  }

  private func outputPath() throws(ArchiveError) -> String {
    guard !settings.output.isEmpty else {
      throw ArchiveError(
        .usage, "nowhere to publish to", advice: "name a directory by --output, or Output")
    }
    try makeDirectories(settings.output)
    return try resolvedPath(settings.output)
  }

  /// Current generations, and superseded ones whose grace has not run out by the Release's date.
  private func listedTorrents(_ input: RunInput) throws(ArchiveError) -> [TorrentRecord] {
    let grace = settings.generationGrace * 86400
    let torrents = try ledger.torrents(of: input.suite)
    if let upstream = settings.upstream {
      return torrents.filter { upstream.listed.contains($0.id) }
    }
    return torrents.filter { torrent in
      guard let superseded = torrent.superseded else { return torrent.numbering.next.rawValue > 0 }
      return input.release.date.seconds - superseded.seconds <= grace
    }
  }

  private func stagedSet(_ input: RunInput, name: String) throws -> any StagedSet {
    guard settings.publish == .inPlace else {
      return try OverlaySet(
        suite: input.directory, name: name, archive: root, upstream: input.release,
        settings: settings, selection: input.selection)
    }
    let byHash = try ledger.byHashFiles(of: input.suite, output: root.path)
    return try InPlaceSet(
      suite: input.directory, archive: root, upstream: input.release,
      sources: input.selection.sources, pieceIndices: Array(input.pieceIndices.keys),
      forgotten: Set(byHash.filter { $0.value >= settings.byHashKeep }.keys))
  }

  /// The Release of a new set, the indices as it lists them, and which objects it has.
  private typealias Filled = (
    release: SHA256Digest, indices: [DescribedIndex], manifest: ObjectManifest?
  )

  /// Said at the first publication alone.
  private func warnOfDifferences(_ input: RunInput) {
    guard settings.publish == .inPlace,
      input.release.files.keys.contains(where: { $0.hasSuffix(".diff/Index") })
    else { return }
    context.observe(
      .warning(
        "\(input.directory.name): the index differences (Packages.diff) do not fit the extended "
          + "indices and leave Release: clients fetch whole indices"))
  }

  /// Puts a whole set together in its staging place, down to the signature.
  private func fill(
    _ set: inout any StagedSet, _ survey: Survey, _ input: RunInput, _ torrents: [TorrentRecord],
    _ objects: ObjectRun?, _ report: inout RunReport
  ) async throws -> Filled {
    var files: [String: OutputSums] = [:]
    var links: [String: [String]] = [:]
    let extended = try await writeIndices(set, survey, input, &files, &links, &report)
    try context.reached(.indicesWritten)
    let records = try addMembers(set, survey, input, extended)
    try context.reached(.membersCommitted)
    for record in records.values {
      let sums = try PieceIndexWriting.write(
        record, ledger: ledger, to: "\(set.staging)/\(record.path)", algorithms: set.algorithms)
      files[record.path] = sums.plain
      files[record.path + ".gz"] = sums.compressed
      links[record.path + ".gz"] = set.byHashPaths(record.path + ".gz", sums.compressed)
    }
    try context.reached(.piecesWritten)
    var manifest: ObjectManifest?
    if let objects {
      context.observe(.writing(path: "torrents"))
      let outcome = try await objects.write(
        extended.candidates, to: set, ledger: ledger,
        kept: Set((input.selection.filtered + input.selection.absent).map(\.path)))
      report.objects = outcome.report
      manifest = outcome.manifest
      try context.reached(.objectsWritten)
    }
    for (path, names) in links {
      for name in names { try link("\(set.staging)/\(path)", as: "\(set.staging)/\(name)") }
    }
    let release = try await writeRelease(set, files, torrents, input)
    try context.reached(.released)
    try claim(&set, set.carriedByHash.union(links.values.joined()), input)
    try synchronizeTree(set.staging)
    try context.reached(.staged)
    return (release, extended.indices, manifest)
  }

  private typealias Extended = (
    indices: [DescribedIndex], entries: [String: [Int32: PieceIndexMember.Entry]],
    candidates: ObjectCandidates
  )

  private func writeIndices(
    _ set: any StagedSet, _ survey: Survey, _ input: RunInput,
    _ files: inout [String: OutputSums], _ links: inout [String: [String]],
    _ report: inout RunReport
  ) async throws -> Extended {
    let cache = BlockCache(directory: "\(settings.state)/blocks")
    var writer = ExtendedIndices(survey: survey, root: root, ledger: ledger, settings: settings) {
      [workers = settings.jobs] source in
      BlockPipeline(compressions: set.compressions(of: source), cache: cache, workers: workers)
    }
    var indices: [DescribedIndex] = []
    var blocks: Set<String> = []
    for index in survey.indices {
      let path = index.source.location.path
      context.observe(.writing(path: path))
      try makeDirectories("\(set.staging)/\(index.source.location.directory)")
      let result = try await writer.write(
        index, to: "\(set.staging)/\(path)", algorithms: set.algorithms)
      for (compression, sums) in result.files {
        files[path + compression.suffix] = sums
        links[path + compression.suffix] = set.byHashPaths(path + compression.suffix, sums)
      }
      // Listed though it need not lie there: apt checks what it decompressed against it.
      if !set.isInPlace || input.release.files[path] != nil { files[path] = result.plain }
      if let content = result.plain.content {
        indices.append(DescribedIndex(path: path, content: content))
      }
      blocks.formUnion(result.blocks)
      report.indices.append(Self.described(index, result, input.release))
    }
    try BlockManifest(
      directory: "\(settings.state)/blocks", name: "\(input.suite.row)-\(set.isInPlace)"
    )
    .replace(by: blocks, in: cache, isPartial: !input.selection.filtered.isEmpty)
    return (indices, writer.entries, writer.candidates)
  }

  /// Adds what the piece indices lack to the ledger; returns them all as they are then.
  private func addMembers(
    _ set: any StagedSet, _ survey: Survey, _ input: RunInput, _ extended: Extended
  ) throws -> [String: PieceIndexRecord] {
    let contents = [String: ContentID](
      extended.indices.map { ($0.path, $0.content) }, uniquingKeysWith: { $1 })
    var described: [String: [DescribedIndex]] = [:]
    for index in survey.indices {
      let location = index.source.location
      var architectures = Set(
        index.torrents.map { survey.contents.torrents[Int($0)].architecture })
      architectures.insert(location.architecture)
      for architecture in architectures {
        let content = set.isInPlace ? contents[location.path] ?? index.plain : index.plain
        described[location.pieceIndexPath(for: architecture), default: []].append(
          DescribedIndex(path: location.path, content: content))
      }
    }
    // What a follower publishes are its publisher's members alone.
    if settings.upstream != nil { return input.pieceIndices }
    let writing = PieceIndexWriting(
      contents: survey.contents, release: input.release, describesExtended: set.isInPlace)
    let additions = try writing.additions(
      described: described, records: input.pieceIndices, entries: extended.entries,
      make: { try ledger.makePieceIndex($0, suite: input.suite) })
    if !additions.isEmpty { try ledger.append(additions) }
    return try ledger.pieceIndices(of: input.suite)
  }

  private func writeRelease(
    _ set: any StagedSet, _ files: [String: OutputSums], _ torrents: [TorrentRecord],
    _ input: RunInput
  ) async throws -> SHA256Digest {
    let writer = ReleaseWriter(
      torrents: torrents, trackers: settings.trackers, webSeeds: settings.webSeeds,
      follows: settings.upstream?.publisher)
    let text = try set.release(writer, files: files)
    let limit = ParserLimits().releaseBytes
    guard text.count <= limit else {
      throw ArchiveError(.data, "the new Release would be larger than \(limit) bytes")
    }
    let path = "\(set.staging)/Release"
    // What cannot be read back is not published.
    _ = try ReleaseFile(text, file: path)
    var file = try OutputFile(path: path)
    try file.write(text)
    _ = try file.finish()
    if let signer = Signer(settings) {
      try await signer.sign(directory: set.staging)
      if set.isInPlace { try await checkSigner(set.staging, input) }
    }
    return try SHA256Digest.hashing(text)
  }

  /// Clients accept the archive by its keys: one of those that signed it must sign it again.
  private func checkSigner(_ directory: String, _ input: RunInput) async throws {
    guard !input.signed.signers.isEmpty else { return }
    let refusal = ArchiveError(
      .configuration,
      "the archive is signed by \(input.signed.signers.sorted().joined(separator: ", ")), "
        + "the sign command uses another key", at: ArchiveError.Place(file: directory),
      advice: "publish in place only with the archive's own key; a mirror publishes beside")
    let again: SignedRelease
    do {
      again = try await SignedRelease.read(
        directory: directory, policy: settings.trust, now: context.now)
    } catch let error as ArchiveError where error.code == .data {
      throw refusal
    }
    guard !again.signers.isDisjoint(with: input.signed.signers) else { throw refusal }
  }

  /// Tells the ledger which by-hash files are ours, and keeps those of the last sets.
  private func claim(
    _ set: inout any StagedSet, _ current: Set<String>, _ input: RunInput
  ) throws {
    let ours = try ledger.byHashFiles(of: input.suite, output: set.output)
    let old = ours.filter { !current.contains($0.key) }
    let kept = old.filter { $0.value < settings.byHashKeep }
    try set.keepByHash(kept.keys.sorted())
    try ledger.claimByHash(
      current, forgotten: Set(old.keys).subtracting(kept.keys), of: input.suite,
      output: set.output)
  }

  /// `20250517T074442Z-` and eight digits of what makes it differ from others of the same Release.
  private static func setName(_ date: ArchiveDate, _ fingerprint: SHA256Digest) -> String {
    let time = date.description.filter { $0 != "-" && $0 != ":" }
    return "\(time)-\(fingerprint.description.prefix(8))"
  }
}
