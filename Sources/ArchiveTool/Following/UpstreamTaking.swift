// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Follower
internal import Ledger
internal import NIOPosix
internal import PackagesParser
internal import Publisher
internal import ReleaseTrust
internal import SwarmClient

/// The step of `hash` before all others for a suite that follows: its publisher's numbers come into
/// the ledger.
struct UpstreamTaking {
  let source: String
  /// The directory below dists.
  let suite: String
  let root: ArchiveRoot
  let ledger: Ledger

  /// Takes over what is new, and has `settings` say whose it is.
  ///
  /// - Throws: `ArchiveError` when upstream cannot be had or believed; nothing has changed then.
  func run(_ settings: inout SuiteSettings) async throws {
    if settings.dryRun {
      throw ArchiveError(
        .usage, "a suite that follows has no dry run: what comes is its publisher's choice")
    }
    let release = try await SuiteReader(
      suite: suite, root: root, settings: settings, now: Now.date
    ).release
    guard let name = release.ledgerName else {
      throw ArchiveError(
        .data, "the Release gives neither Codename nor Suite",
        at: ArchiveError.Place(file: release.stanza.file))
    }
    let upstream = try upstream(settings)
    let fetcher = try await HTTPFetcher.start(
      HTTPContext(
        loop: MultiThreadedEventLoopGroup.singleton.next(),
        agent: "archive-tool/\(ArchiveTool.version)"))
    let state: UpstreamState
    do {
      state = try await UpstreamRun(upstream, ledger: ledger, fetcher: fetcher, now: Now.date)
        .run(origin: release.origin ?? "", name: name)
    } catch {
      await fetcher.shutDown()
      throw error
    }
    await fetcher.shutDown()
    settings.adopt(
      SuiteSettings.Upstream(
        publisher: state.publisher, listed: state.listed,
        report: RunReport.Upstream(
          source: source, publisher: "\(state.publisher)", releaseDate: "\(state.date)",
          bytesReceived: state.bytes, newMembers: state.members)),
      trackers: state.trackers)
  }

  private func upstream(_ settings: SuiteSettings) throws(ArchiveError) -> UpstreamSettings {
    guard !settings.followKeyrings.isEmpty || settings.allowUnsigned else {
      throw ArchiveError(
        .configuration, "whose signature counts for \(source)?",
        advice: "name a keyring with the publisher's key by --follow-keyring, or Follow-Keyring")
    }
    var upstream = UpstreamSettings(
      source: source, suite: suite,
      trust: TrustPolicy(
        keyrings: settings.followKeyrings, allowUnsigned: settings.followKeyrings.isEmpty,
        checkValidUntil: settings.checkValidUntil,
        expiryAdvice: "the publisher upstream has stopped; what was published stays"),
      cache: "\(settings.state)/upstream")
    upstream.components = settings.components
    upstream.architectures = settings.architectures
    return upstream
  }
}
