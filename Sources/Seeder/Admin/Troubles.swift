// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What is wrong at the moment in parts of the daemon that go on all the same.
final class Troubles: Sendable {
  /// What part.
  enum Part: String, CaseIterable, Sendable {
    /// The ledger cannot be read.
    case ledger
    /// The record of runs cannot be read.
    case runs
    /// A new certificate was not taken.
    case certificate
  }

  private let reasons = Mutex<[Part: String]>([:])

  init() {}

  /// Why a part is in trouble; nil while all is well.
  subscript(part: Part) -> String? {
    get { reasons.withLock { $0[part] } }
    set { reasons.withLock { $0[part] = newValue } }
  }
}
