// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Synchronization

/// How far a run is.
package struct HashProgress: Sendable {
  /// Read so far, over all files of the run; never goes back.
  package let bytesRead: ByteCount
  /// The file that the last of these bytes belong to.
  package let path: ArchivePath
}

/// Adds up what all workers read.
final class ProgressMeter: Sendable {
  private let bytesRead = Mutex<UInt64>(0)
  private let report: @Sendable (HashProgress) -> Void

  init(_ report: @escaping @Sendable (HashProgress) -> Void) { self.report = report }

  /// Reports under the lock, so that reports neither overlap nor go back.
  func add(_ count: Int, of path: ArchivePath) {
    bytesRead.withLock { total in
      total += UInt64(count)
      report(HashProgress(bytesRead: ByteCount(total), path: path))
    }
  }
}
