// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import Synchronization

/// The ledger as it is read for whoever asks, opened anew after another was put in its place.
final class SharedLedger: Sendable {
  private let directory: String?
  private let kept = Mutex<LedgerView?>(nil)

  init(directory: String?) { self.directory = directory }

  /// The ledger; nil where there is none.
  ///
  /// - Throws: `ArchiveError` when it cannot be opened.
  func view() throws(ArchiveError) -> LedgerView? {
    if let view = kept.withLock({ $0 }), !view.isReplaced { return view }
    let view = try fresh()
    kept.withLock { $0 = view }
    return view
  }

  /// The same for one who will not let others read for long.
  ///
  /// - Throws: `ArchiveError` when it cannot be opened.
  func fresh() throws(ArchiveError) -> LedgerView? {
    guard let directory, Ledger.exists(in: directory) else { return nil }
    return try LedgerView(directory: directory)
  }
}
