// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import Ledger

/// The part of a run that chooses files and gives them objects.
struct ObjectRun: Sendable {
  private let settings: SuiteSettings
  private let suite: String
  private let policy: TorrentPolicy?
  private let popularity: Popularity?
  private let digest: SHA256Digest
  private let manifestPath: String

  /// Reads what the policy asks for; nil when there is no policy, and no objects of an earlier one
  /// that would have to go.
  ///
  /// - Throws: `ArchiveError` when the popularity file is needed and not named, or cannot be read.
  init?(settings: SuiteSettings, suite: String) throws(ArchiveError) {
    manifestPath = ObjectManifest.path(settings, suite: suite)
    policy = settings.objects.policy
    guard policy != nil || exists(manifestPath) else { return nil }
    popularity = policy == nil ? nil : try settings.objects.readPopularity()
    if policy?.needsPopularity == true, popularity == nil { throw Popularity.missing }
    digest = try settings.objects.digest(suite: suite)
    self.settings = settings
    self.suite = suite
  }

  /// A digest over all that decides which objects are published, but for the indices.
  func fingerprint() throws(ArchiveError) -> SHA256Digest {
    let parts = ["\(digest)", "\(policy.map { "\($0)" } ?? "-")", "\(popularity?.digest ?? .zero)"]
    return try SHA256Digest.hashing(Array(parts.joined(separator: "\n").utf8))
  }

  /// Writes the objects of what the policy chooses into `set`.
  ///
  /// - Parameters:
  ///   - candidates: what could get some.
  ///   - set: where to.
  ///   - ledger: what to make them of.
  ///   - kept: paths of indices that the run did not read; their objects stay.
  /// - Returns: what became of them; the manifest is to be recorded when the set is visible.
  /// - Throws: `ArchiveError` when one cannot be made or written.
  func write(
    _ candidates: ObjectCandidates, to set: any StagedSet, ledger: Ledger, kept: Set<String>
  ) async throws -> (report: RunReport.Objects, manifest: ObjectManifest) {
    let files = candidates.files
    let choice = try Choice(
      policy ?? TorrentPolicy(alternatives: []), of: files, popularity: popularity)
    let writing = ObjectWriting(
      settings: settings.objects, ledger: ledger, staging: set.staging,
      visible: "\(set.output)/dists/\(suite)", suite: suite, workers: settings.jobs)
    let old = ObjectManifest(path: manifestPath, settings: digest)
    let outcome = try await writing.write(
      choice.chosen.map { files[$0] }, old: old, kept: policy == nil ? [] : kept)
    // Whoever dies from here on leaves none, and all objects are made again: better than one that
    // does not fit what is visible.
    unlink(manifestPath)
    let report = RunReport.Objects(
      coverage: choice.coverage, byteShare: choice.coverage.byteShare, made: outcome.made,
      lacking: outcome.lacking)
    return (report, outcome.manifest)
  }

  /// Remembers what is visible now.
  ///
  /// - Throws: `ArchiveError` when it cannot be written.
  func record(_ manifest: ObjectManifest) throws(ArchiveError) {
    guard policy != nil else { return }
    try makeDirectories("\(settings.state)/objects")
    try manifest.write(to: manifestPath)
  }
}
