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
    var epoch = 0
    var verdicts: [ArchivePath: Verdict] = [:]
    var pending: Set<ArchivePath> = []
    var listeners: [@Sendable () -> Void] = []
  }
  private let state = Mutex(State())
  private let jobs: AsyncStream<Job>.Continuation
  /// The files to read again, each once however often it is asked for.
  package let unverified: AsyncStream<Job>

  /// A file to read again.
  package struct Job: Sendable {
    package let path: ArchivePath
    package let content: ContentID
  }

  /// No more files wait to be read again than this; more are asked for again.
  private static let mostPending = 65_536

  package init() {
    (unverified, jobs) = AsyncStream.makeStream(of: Job.self)
  }

  /// The catalog, and a number that changes with anything that is known.
  package var current: (Catalog, Int) { state.withLock { ($0.catalog, $0.epoch) } }

  /// Calls `listener` after each change, from any thread.
  func onChange(_ listener: @escaping @Sendable () -> Void) {
    state.withLock { $0.listeners.append(listener) }
  }

  /// Replaces the catalog.
  package func update(_ catalog: Catalog) {
    change { state in
      state.catalog = catalog
      // What the ledger says now of a file is newer than what was found out here.
      state.verdicts = state.verdicts.filter { path, verdict in
        catalog.file(path).map { $0.key != verdict.key } ?? false
      }
    }
  }

  /// Notes what reading `job` again has shown of the file as it was at `key`.
  package func note(_ job: Job, isSame: Bool, key: StalenessKey) {
    change { state in
      state.pending.remove(job.path)
      state.verdicts[job.path] = Verdict(key: key, content: job.content, isSame: isSame)
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
    if file.key == key { return .verified(file.content) }
    let id = catalog.contents[Int(file.content)].id
    return state.withLock { state in
      if let verdict = state.verdicts[path], verdict.key == key, verdict.content == id {
        return verdict.isSame ? .verified(file.content) : .different(file.content)
      }
      if state.pending.count < Self.mostPending, state.pending.insert(path).inserted {
        jobs.yield(Job(path: path, content: id))
      }
      return .unverified(file.content)
    }
  }

  /// How many files wait to be read again.
  package var pendingCount: Int { state.withLock { $0.pending.count } }

  /// How many files are known to have other bytes than their content.
  package var differentCount: Int {
    state.withLock { state in state.verdicts.values.count { !$0.isSame } }
  }

  /// No more files are read again.
  package func finish() { jobs.finish() }
}
