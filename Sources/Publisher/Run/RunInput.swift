// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PackagesParser
internal import ReleaseTrust

/// What a run starts from: the suite, its authentic Release, and what the ledger knows of it.
struct RunInput {
  let directory: SuiteDirectory
  let signed: SignedRelease
  let selection: IndexSelection
  var suite: SuiteRecord
  let pieceIndices: [String: PieceIndexRecord]

  var release: ReleaseFile { signed.release }

  /// Finds and verifies the suite called `name`.
  ///
  /// - Throws: `ArchiveError` when it is not there, not authentic, expired, older than the last
  ///   one processed, or may not be published in place.
  init(suite name: String, run: HashRun) async throws {
    directory = try SuiteDirectory(named: name, archive: run.root.path)
    let path = "\(run.root.path)/dists/\(directory.name)"
    signed = try await SignedRelease.read(
      directory: path, policy: run.settings.trust, now: run.context.now)
    let release = signed.release
    guard let ledgerName = release.ledgerName else {
      throw ArchiveError(
        .data, "the Release gives neither Codename nor Suite",
        at: ArchiveError.Place(file: release.stanza.file))
    }
    let isSigned = exists("\(path)/InRelease") || exists("\(path)/Release.gpg")
    if run.settings.publish == .inPlace, isSigned, !run.settings.signs {
      throw ArchiveError(
        .configuration, "the archive is signed, and neither Sign-Key nor Sign-Command is set",
        at: ArchiveError.Place(file: path),
        advice: "publish in place only what you can sign; a mirror publishes beside")
    }
    if run.settings.publish == .inPlace, isSigned, run.settings.allowUnsigned {
      throw ArchiveError(
        .configuration, "the archive is signed, and with --allow-unsigned nobody looks by whom",
        at: ArchiveError.Place(file: path),
        advice: "name the archive's keys by --keyring: in place the same key must sign again")
    }
    suite = try run.ledger.suite(origin: release.origin ?? "", name: ledgerName)
    try Self.check(suite, run.settings)
    if let last = suite.releaseDate, release.date < last, !run.settings.allowOlder {
      throw ArchiveError(
        .data, "the Release is of \(release.date), the last one processed of \(last)",
        at: release.stanza.place(of: "Date"),
        advice: "an old Release may be an attack or a broken sync; --allow-older takes it")
    }
    selection = try IndexSelection(
      release: release, suite: directory.name, root: run.root, settings: run.settings)
    pieceIndices = try run.ledger.pieceIndices(of: suite)
  }

  /// Whose numbers a suite has is decided once; the operator alone changes it.
  private static func check(
    _ suite: SuiteRecord, _ settings: SuiteSettings
  ) throws(ArchiveError) {
    if settings.upstream != nil, settings.publish == .inPlace {
      throw ArchiveError(
        .configuration, "a suite that follows is published beside the archive, not in place",
        advice: "say Publish: beside, or drop Follow")
    }
    guard suite.follows != settings.upstream?.publisher else { return }
    guard let publisher = suite.follows else {
      throw ArchiveError(.software, "the suite follows nobody in the ledger")
    }
    throw ArchiveError(
      .configuration, "the suite follows the publisher \(publisher), so it is not numbered here",
      advice:
        "say --follow with its overlay, or Follow; if it is gone for good, archive-tool promote "
        + "has this ledger number the suite from then on")
  }
}
