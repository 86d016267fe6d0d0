// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// The measures of the hasher's work; what comes out does not depend on them.
package struct HashTuning: Sendable {
  /// What each lane reads at once: whole leaves, few enough that all lanes of a worker stay in its
  /// core's second-level cache.
  package var laneLength = 32 << 10
  /// What of a large file is in memory before its pieces go through the lanes together: whole
  /// pieces, up to sixteen. Zero never treats a file so.
  package var windowLength = 16 << 20
  /// Called when the first chunk of a file was read, for tests that change the file there.
  package var afterFirstRead: (@Sendable (ArchivePath) -> Void)?

  /// A file is large when it is more than this part of what each worker has left. A lane that is
  /// left alone is not slow, for then its chains go side by side; so only the largest gain.
  static let largeShare = 4
  /// With fewer pieces side by side the lanes of a window are not worth their memory.
  static let fewestPieces = 4

  package init() {}
}
