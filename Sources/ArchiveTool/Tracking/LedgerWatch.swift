// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
private import Synchronization
internal import Tracker

/// Looks whether a ledger has changed, and reads it again.
///
/// SQLite itself is asked, and not the files' times: those change without the content when a ledger
/// is opened or checkpointed, as by this program.
final class LedgerWatch: Sendable {
  private struct State {
    var ledger: Ledger?
    var file: UInt64?
    /// Of the ledger, and of the directory of torrents.
    var version = (ledger: Int64(0), torrents: Int64(0))
    /// Whether it has changed since it was read.
    var isStale = false
    var nextLoad = ContinuousClock.now
  }

  private let directory: String
  private let torrents: TorrentDirectory?
  private let grace: @Sendable (String) throws -> Int64
  private let state = Mutex(State())

  /// Watches the ledger in `directory`, which need not be there yet, and a directory of `torrents`.
  init(
    directory: String, torrents: TorrentDirectory?,
    grace: @escaping @Sendable (String) throws -> Int64
  ) {
    self.directory = directory
    self.torrents = torrents
    self.grace = grace
  }

  /// The registry when it is asked for first, and whenever a run has changed the ledger and has not
  /// done so again since the last call; nil otherwise.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  func registry() throws -> TorrentRegistry? {
    try state.withLock { state in
      let isFirst = state.ledger == nil
      guard try reopen(&state) else { return nil }
      guard let ledger = state.ledger else { return nil }
      let version = (ledger: try ledger.changeCounter(), torrents: try torrents?.version() ?? 0)
      if version != state.version {
        state.version = version
        state.isStale = true
        // A run commits many times; the next look tells whether this was the last.
        if !isFirst { return nil }
      }
      guard state.isStale, ContinuousClock.now >= state.nextLoad else { return nil }
      let start = ContinuousClock.now
      let registry = try RegistryLoader.load(ledger, torrents, grace: grace)
      state.isStale = false
      // However often the ledger changes, reading it takes a twentieth of a processor at most.
      state.nextLoad = .now + (ContinuousClock.now - start) * 20
      return registry
    }
  }

  /// Opens the ledger where that is not done yet, and again where another file has taken its place;
  /// false when there is none.
  private func reopen(_ state: inout State) throws -> Bool {
    guard let file = Ledger.fileIdentity(in: directory) else { return false }
    if file == state.file { return true }
    var random = SystemRandomNumberGenerator()
    state.ledger = try Ledger(directory: directory, using: &random)
    state.file = file
    state.isStale = true
    state.nextLoad = .now
    return true
  }
}
