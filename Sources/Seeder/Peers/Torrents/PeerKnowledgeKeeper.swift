// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import Logging

/// Keeps up what only peers need to know: which files are gone, and what info hashes stand for.
struct PeerKnowledgeKeeper: Sendable {
  private let archive: ArchiveRoot
  private let ledger: SharedLedger
  private let knowledge: Knowledge
  private let logger: Logger
  private let executor = BlockingExecutor(label: "peers")

  /// A file that goes without a run of `hash` is missed after this time at the latest.
  private static let surveyInterval = Duration.seconds(3600)

  init(
    _ configuration: SeederConfiguration, ledger: SharedLedger, knowledge: Knowledge,
    logger: Logger
  ) {
    archive = configuration.archive
    self.ledger = ledger
    self.knowledge = knowledge
    self.logger = logger
  }

  /// Follows the catalog until it is cancelled.
  func run() async {
    let (changes, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    knowledge.onChange { continuation.yield() }
    continuation.yield()
    await withTaskExecutorPreference(executor) {
      await withTaskGroup { group in
        group.addTask { await follow(changes) }
        group.addTask {
          while !Task.isCancelled {
            try? await Task.sleep(for: Self.surveyInterval)
            if Task.isCancelled { return }
            survey(knowledge.current.0)
          }
        }
      }
    }
  }

  private func follow(_ changes: AsyncStream<Void>) async {
    var known = Catalog.empty
    for await _ in changes {
      let (catalog, _) = knowledge.current
      if catalog === known { continue }
      known = catalog
      survey(catalog)
      let start = ContinuousClock.now
      makeTable(catalog)
      // However often the ledger changes, this takes a twentieth of a processor at most.
      try? await Task.sleep(for: (ContinuousClock.now - start) * 20)
    }
  }

  /// Finds the contents of which no file is there.
  private func survey(_ catalog: Catalog) {
    var missing: Set<SHA256Digest> = []
    for (index, content) in catalog.contents.enumerated() {
      let files = catalog.files(of: Catalog.Index(index))
      if !files.isEmpty, files.allSatisfy({ archive.status($0.path) == nil }) {
        missing.insert(content.id.sha256)
      }
      if Task.isCancelled { return }
    }
    knowledge.update(missing: missing)
  }

  private func makeTable(_ catalog: Catalog) {
    do throws(ArchiveError) {
      // A view of its own: the walk takes long, and the shared one has to answer meanwhile.
      guard let view = try ledger.fresh() else { return }
      knowledge.update(try InfoHashTable(catalog, view))
    } catch {
      logger.error(
        "the ledger cannot be read: info hashes stay as they were",
        metadata: ["reason": "\(error)"])
    }
  }
}
