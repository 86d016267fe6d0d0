// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// What an audit looks at, and how much of the pool it reads.
package struct AuditOptions: Sendable {
  /// The share of the pool that one run reads, in percent from 0 to 100.
  package var percent = 5
  /// Reads only what was published, or touched on disk, since then; whatever `percent` says.
  package var since: ArchiveDate?
  /// `since` as the operator gave it: an interrupted run is continued by one of the same words.
  package var sinceText: String?
  /// Begins the share anew where an interrupted run would be continued.
  package var restarts = false
  /// Rebuilds what can be rebuilt.
  package var repairs = false
  /// Says what a repair would do, and does nothing.
  package var dryRun = false
  /// Keyrings of whoever signs the overlay, beside the key that `Sign-Key` names.
  package var operatorKeyrings: [String] = []

  package init() {}
}
