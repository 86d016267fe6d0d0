// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// The measures of the hasher's work; what comes out does not depend on them.
package struct HashTuning: Sendable {
  /// Bytes that all digests pass over in turn before more are read: whole leaves, few enough to
  /// stay in a core's second-level cache.
  package var chunkLength = 128 << 10
  /// Pieces up to this length are read whole and shared with idle workers; larger ones pass
  /// through one worker in chunks, so that memory does not grow with the file.
  package var sharedPieceLimit = 4 << 20
  /// Called when the first chunk of a file was read, for tests that change the file there.
  package var afterFirstRead: (@Sendable (ArchivePath) -> Void)?

  package init() {}
}
