// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import Ledger
internal import Logging

/// Keeps what is known of the archive up to date with the ledger, and reads touched files again.
///
/// The ledger is asked for its data_version twice a second, which touches no disk, tells of each
/// commit whoever made it, and of nothing else: watching its files would wake up for each page of
/// a run, and miss a ledger on a network's file system.
struct CatalogKeeper: Sendable {
  private let state: String?
  private let archive: ArchiveRoot
  private let knowledge: Knowledge
  private let logger: Logger
  private let troubles: Troubles
  private let executor = BlockingExecutor(label: "catalog")

  /// How often the ledger is asked whether it has changed.
  private static let interval = Duration.milliseconds(500)
  /// While a run commits again and again, so many times it is left alone.
  private static let patience = 60

  init(
    _ configuration: SeederConfiguration, knowledge: Knowledge, logger: Logger, troubles: Troubles
  ) {
    state = configuration.state
    archive = configuration.archive
    self.knowledge = knowledge
    self.logger = logger
    self.troubles = troubles
  }

  /// Follows the ledger until it is cancelled.
  func run() async {
    guard let state else { return knowledge.noteNoLedger() }
    await withTaskExecutorPreference(executor) {
      var follower = Follower(directory: state, archive: archive.path)
      var trouble: ArchiveError?
      while !Task.isCancelled {
        do throws(ArchiveError) {
          let start = ContinuousClock.now
          if let catalog = try follower.poll(patience: Self.patience) {
            knowledge.update(catalog)
            report(catalog, ContinuousClock.now - start)
          } else if !Ledger.exists(in: state) {
            knowledge.noteNoLedger()
          }
          if trouble != nil { logger.notice("the ledger can be read again") }
          trouble = nil
          troubles[.ledger] = nil
        } catch {
          // Said once: what was known stays in use.
          if error != trouble {
            logger.error(
              "the ledger cannot be read: what was known stays in use",
              metadata: ["reason": "\(error)"])
          }
          trouble = error
          troubles[.ledger] = "\(error)"
        }
        try? await Task.sleep(for: Self.interval)
      }
    }
  }

  private func report(_ catalog: Catalog, _ time: Duration) {
    logger.info(
      "catalog loaded",
      metadata: [
        "contents": "\(catalog.contents.count)", "files": "\(catalog.files.count)",
        "torrents": "\(catalog.allTorrents.count)",
        "milliseconds": "\(Int(time / .milliseconds(1)))",
      ])
  }

  /// Looks at one ledger again and again.
  private struct Follower {
    let directory: String
    let archive: String
    private var view: LedgerView?
    /// The version that was loaded.
    private var loaded: Int64?
    /// The version that was seen last, and how often it has been another one since the load.
    private var seen: Int64?
    private var changes = 0

    init(directory: String, archive: String) {
      self.directory = directory
      self.archive = archive
    }

    /// The catalog, when it is another one now and no run is in the midst of changing it.
    mutating func poll(patience: Int) throws(ArchiveError) -> Catalog? {
      if view?.isReplaced ?? true {
        loaded = nil
        view = nil
        guard Ledger.exists(in: directory) else { return nil }
        view = try LedgerView(directory: directory)
      }
      guard let view else { return nil }
      let version = try view.version()
      guard version != loaded else { return nil }
      if loaded != nil, version != seen, changes < patience {
        seen = version
        changes += 1
        return nil
      }
      let catalog = Catalog(try view.snapshot(archive: archive))
      loaded = version
      seen = version
      changes = 0
      return catalog
    }
  }

  /// Reads touched files again, one after the other, until it is cancelled.
  func verify() async {
    await withTaskExecutorPreference(executor) {
      for await job in knowledge.unverified {
        do throws(ArchiveError) {
          // Files that were touched together have all had their second after the first.
          if isRacy(job) { try? await Task.sleep(for: Self.second) }
          if Task.isCancelled { return }
          try verify(job)
        } catch {
          knowledge.forget(job)
          logger.error("a file cannot be read", metadata: ["reason": "\(error)"])
        }
      }
    }
  }

  private static let second = Duration.seconds(1)

  /// Whether the file was touched just now: another write within the same tick of the file system's
  /// clock, a second on some, would not show in its key.
  private func isRacy(_ job: Knowledge.Job) -> Bool {
    guard let key = archive.status(job.path) else { return false }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let age = Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec) &- key.changed
    return (0..<1_000_000_000).contains(age)
  }

  private func verify(_ job: Knowledge.Job) throws(ArchiveError) {
    guard let descriptor = try archive.open(job.path) else {
      knowledge.forget(job)
      return
    }
    let file = try OpenFile(descriptor)
    let digest = file.key.size == job.content.size ? try file.sha256() : nil
    guard file.isUnchanged, !isRacy(job) else {
      // Whoever asks for it again has it read again.
      knowledge.forget(job)
      return
    }
    let isSame = digest == job.content.sha256
    knowledge.note(job, isSame: isSame, key: file.key)
    if isSame { return }
    let found = digest.map { "SHA-256 \($0)" } ?? "\(file.key.size) bytes"
    logger.error(
      "a file has other bytes than were verified: it is not served by hash or piece",
      metadata: [
        "path": "\(archive.absolute(job.path))", "found": "\(found)",
        "verified": "\(job.content)",
      ])
  }
}
