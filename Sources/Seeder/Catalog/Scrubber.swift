// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Logging

/// Reads every file that is served by hash or piece again and again, slowly: a disk may forget bytes
/// that it still calls unchanged.
struct Scrubber: Sendable {
  private let archive: ArchiveRoot
  private let knowledge: Knowledge
  private let logger: Logger
  private let limits: SeederLimits
  private let executor = BlockingExecutor(label: "scrub")

  init(_ configuration: SeederConfiguration, knowledge: Knowledge, logger: Logger) {
    archive = configuration.archive
    limits = configuration.limits
    self.knowledge = knowledge
    self.logger = logger
  }

  /// Reads until it is cancelled.
  func run() async {
    guard let rate = limits.scrubRate else { return }
    await withTaskExecutorPreference(executor) {
      var bucket = TokenBucket(rate: rate.rawValue)
      // A pass over a large archive takes months: after a restart it goes on anywhere.
      var isFirst = true
      while !Task.isCancelled {
        let began = ContinuousClock.now
        let files = knowledge.current.0.files
        let start = isFirst ? Int.random(in: 0..<max(1, files.count)) : 0
        for file in files.dropFirst(start) {
          await check(file, &bucket)
          if Task.isCancelled { return }
        }
        if !files.isEmpty { isFirst = false }
        let pause = files.isEmpty ? Self.interval : limits.scrubInterval
        try? await Task.sleep(until: began + pause)
      }
    }
  }

  private static let interval = Duration.seconds(1)

  private func check(_ known: Catalog.File, _ bucket: inout TokenBucket) async {
    let (catalog, _) = knowledge.current
    // The catalog may be another one by now.
    guard let current = catalog.file(known.path) else { return }
    let job = Knowledge.Job(
      path: known.path, content: catalog.contents[Int(current.content)].id)
    do throws(ArchiveError) {
      guard let descriptor = try archive.open(known.path) else { return }
      let file = try OpenFile(descriptor)
      // What was touched is read again anyhow.
      let place = Place(.archive, known.path)
      guard case .verified = knowledge.standing(place, file.key, in: catalog) else { return }
      let wasCached = file.isCached(at: 0)
      let digest = try await file.sha256(pacedBy: &bucket)
      if !wasCached { file.dropFromCache() }
      guard let digest, digest != job.content.sha256, file.isUnchanged else { return }
      knowledge.note(job, isSame: false, key: file.key)
      logger.error(
        """
        a file reads as other bytes than were verified, though it seems untouched: it is not \
        served by hash or piece
        """,
        metadata: [
          "path": "\(archive.absolute(job.path))", "found": "SHA-256 \(digest)",
          "verified": "\(job.content)",
        ])
    } catch {
      logger.error("a file cannot be read", metadata: ["reason": "\(error)"])
    }
  }
}
