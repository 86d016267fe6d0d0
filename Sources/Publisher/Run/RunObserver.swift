// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// What a run tells while it goes on; the terminal's progress bar listens.
package enum RunEvent: Sendable {
  /// An index is being read.
  case reading(path: String)
  /// Files of the pool are being read.
  case hashing(HashingProgress)
  /// An index is being written.
  case writing(path: String)
  /// Something an operator should know, though the run goes on.
  case warning(String)
  /// Something only an operator who asked wants to know.
  case note(String)
}

/// How far the reading of the pool is.
package struct HashingProgress: Sendable {
  package var bytes: UInt64
  package var totalBytes: UInt64
  package var files: Int
  package var totalFiles: Int
  package var current: String

  package init(
    bytes: UInt64, totalBytes: UInt64, files: Int, totalFiles: Int, current: String
  ) {
    self.bytes = bytes
    self.totalBytes = totalBytes
    self.files = files
    self.totalFiles = totalFiles
    self.current = current
  }
}

/// The points at which a run has just made something durable.
///
/// Killed at any of them, the next run gives the same numbers and publishes the same bytes; the
/// tests kill it at each.
package enum RunStep: String, CaseIterable, Sendable {
  /// What a publisher upstream says is in the ledger.
  case upstreamTaken = "upstream-taken"
  /// A batch of read files is in the ledger.
  case remembered
  /// A generation has begun.
  case generationBegun = "generation-begun"
  /// The numbers are in the ledger.
  case numbered
  /// The extended indices lie in the staging place.
  case indicesWritten = "indices-written"
  /// The piece indices' new members are in the ledger.
  case membersCommitted = "members-committed"
  /// The piece indices lie in the staging place.
  case piecesWritten = "pieces-written"
  /// The objects lie in the staging place.
  case objectsWritten = "objects-written"
  /// The new Release is written and signed.
  case released
  /// Everything is synced, the ledger knows what by-hash files are its own.
  case staged
  /// The new set is visible.
  case swapped
  /// The ledger knows that it is.
  case recorded
  /// Old sets are gone.
  case pruned
}

/// What a run needs from outside: time, a listener, and in tests a saboteur.
package struct RunContext: Sendable {
  package var now: ArchiveDate
  package var observe: @Sendable (RunEvent) -> Void
  package var reached: @Sendable (RunStep) throws -> Void
  /// The kernel that computes digests; nil for the fastest.
  package var hashKernel: String?

  package init(
    now: ArchiveDate, observe: @escaping @Sendable (RunEvent) -> Void = { _ in },
    reached: @escaping @Sendable (RunStep) throws -> Void = { _ in }, hashKernel: String? = nil
  ) {
    self.now = now
    self.observe = observe
    self.reached = reached
    self.hashKernel = hashKernel
  }
}
