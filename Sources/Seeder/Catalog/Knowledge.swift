// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel
internal import Synchronization

/// What is known of the archive now: the catalog, and what was read again since.
package final class Knowledge: Sendable {
  /// How a file stands to the content that its path held.
  package enum Standing: Hashable, Sendable {
    /// The ledger does not know the path.
    case unknown
    /// The bytes are those of the content.
    case verified(Catalog.Index)
    /// The file was touched since; whether its bytes are others is being found out.
    case unverified(Catalog.Index)
    /// The bytes are others.
    case different(Catalog.Index)
  }

  /// A file that was read again.
  private struct Verdict {
    let key: StalenessKey
    let content: ContentID
    let isSame: Bool
  }

  private struct State {
    var catalog = Catalog.empty
    var isReady = false
    var epoch = 0
    var verdicts: [ArchivePath: Verdict] = [:]
    var pending: Set<ArchivePath> = []
    /// Contents of which no file is there any more.
    var missing: Set<SHA256Digest> = []
    /// Contents of which every file has other bytes.
    var damaged: Set<SHA256Digest> = []
    var hashes = InfoHashTable.empty
    var listeners: [@Sendable () -> Void] = []

    /// Whether each file of a content is known to have other bytes.
    func isDamaged(_ digest: SHA256Digest) -> Bool {
      guard let content = catalog.content(digest) else { return false }
      let id = catalog.contents[Int(content)].id
      let files = catalog.files(of: content)
      return !files.isEmpty
        && files.allSatisfy { file in
          verdicts[file.path].map { !$0.isSame && $0.content == id } ?? false
        }
    }
  }
  private let state = Mutex(State())
  private let jobs: AsyncStream<Job>.Continuation
  /// The files to read again, each once however often it is asked for.
  package let unverified: AsyncStream<Job>

  /// A file to read again.
  package struct Job: Sendable {
    package let path: ArchivePath
    package let content: ContentID

    package init(path: ArchivePath, content: ContentID) {
      self.path = path
      self.content = content
    }
  }

  /// No more files wait to be read again than this; more are asked for again.
  private static let mostPending = 65_536

  package init() {
    (unverified, jobs) = AsyncStream.makeStream(of: Job.self)
  }

  /// The catalog, and a number that changes with anything that is known.
  package var current: (Catalog, Int) { state.withLock { ($0.catalog, $0.epoch) } }

  /// Whether it is known what the ledger has, so that what is not known is not there.
  package var isReady: Bool { state.withLock { $0.isReady } }

  /// The contents that nobody can be given, by their digests.
  package var lacking: Set<SHA256Digest> { state.withLock { $0.missing.union($0.damaged) } }

  /// What info hashes stand for; of an earlier catalog while that of this one is being made.
  package var hashes: InfoHashTable { state.withLock { $0.hashes } }

  /// Calls `listener` after each change, from any thread.
  func onChange(_ listener: @escaping @Sendable () -> Void) {
    state.withLock { $0.listeners.append(listener) }
  }

  /// Replaces the catalog.
  package func update(_ catalog: Catalog) {
    change { state in
      let before = state.catalog
      state.catalog = catalog
      state.isReady = true
      // What the ledger says now of a file is newer than what was found out here, unless it said so
      // before: it does not know of bytes that changed while the file seems the same.
      state.verdicts = state.verdicts.filter { path, verdict in
        guard let file = catalog.file(path), before.file(path)?.key == file.key else {
          return false
        }
        return file.key != verdict.key || !verdict.isSame
      }
      state.damaged = state.damaged.filter { state.isDamaged($0) }
    }
  }

  /// Notes that there is no ledger.
  package func noteNoLedger() { state.withLock { $0.isReady = true } }

  /// Takes over what info hashes stand for.
  package func update(_ hashes: InfoHashTable) { change { $0.hashes = hashes } }

  /// Takes over which contents have no file any more.
  package func update(missing: Set<SHA256Digest>) {
    guard state.withLock({ $0.missing != missing }) else { return }
    change { $0.missing = missing }
  }

  /// Notes that no file was found to hold `content`.
  package func noteMissing(_ content: ContentID) {
    guard state.withLock({ !$0.missing.contains(content.sha256) }) else { return }
    change { $0.missing.insert(content.sha256) }
  }

  /// Notes what reading `job` again has shown of the file as it was at `key`.
  package func note(_ job: Job, isSame: Bool, key: StalenessKey) {
    change { state in
      state.pending.remove(job.path)
      state.verdicts[job.path] = Verdict(key: key, content: job.content, isSame: isSame)
      let digest = job.content.sha256
      if isSame { state.missing.remove(digest) }
      if state.isDamaged(digest) {
        state.damaged.insert(digest)
      } else {
        state.damaged.remove(digest)
      }
    }
  }

  /// Notes that `job` led to nothing: the file is gone, or changed while it was read. What is open
  /// is looked at anew, for it may be what came of that change.
  package func forget(_ job: Job) { change { $0.pending.remove(job.path) } }

  private func change(_ body: (inout State) -> Void) {
    let listeners = state.withLock { state in
      body(&state)
      state.epoch += 1
      return state.listeners
    }
    for listener in listeners { listener() }
  }

  /// How the file at `place`, as it is at `key`, stands; one that has to be read again will be.
  package func standing(_ place: Place, _ key: StalenessKey, in catalog: Catalog) -> Standing {
    guard place.tree == .archive, let path = place.path, let file = catalog.file(path) else {
      return .unknown
    }
    let id = catalog.contents[Int(file.content)].id
    return state.withLock { state in
      if let verdict = state.verdicts[path], verdict.key == key, verdict.content == id {
        return verdict.isSame ? .verified(file.content) : .different(file.content)
      }
      if file.key == key { return .verified(file.content) }
      if state.pending.count < Self.mostPending, state.pending.insert(path).inserted {
        jobs.yield(Job(path: path, content: id))
      }
      return .unverified(file.content)
    }
  }

  /// Has the file at `path` read again, for it does not seem to hold `content`.
  func suspect(_ path: ArchivePath, _ content: ContentID) {
    state.withLock { state in
      if state.pending.count < Self.mostPending, state.pending.insert(path).inserted {
        jobs.yield(Job(path: path, content: content))
      }
    }
  }

  /// How many files wait to be read again.
  package var pendingCount: Int { state.withLock { $0.pending.count } }

  /// How many files are known to have other bytes than their content, and the first `most` of them.
  func differentFiles(_ most: Int) -> (count: Int, paths: [String]) {
    let paths = state.withLock { state in
      state.verdicts.filter { !$0.value.isSame }.map(\.key)
    }
    return (paths.count, paths.sorted().prefix(most).map(\.string))
  }

  /// How many files are known to have other bytes than their content.
  package var differentCount: Int {
    state.withLock { state in state.verdicts.values.count { !$0.isSame } }
  }

  /// No more files are read again, and nobody is told of changes any more: listeners keep workers
  /// and their open files.
  package func finish() {
    jobs.finish()
    state.withLock { $0.listeners = [] }
  }
}
