// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// What a run of the hasher computes, and how politely.
package struct HashOptions: Sendable {
  /// Which digests of pieces are wanted; those that are not cost nothing.
  package var hashes = PieceHashes.all
  /// The most bytes a second that are read, over all workers; nil for as many as there are.
  package var bandwidth: ByteCount?
  /// Reads only when nobody else wants the disk, where the disk's scheduler knows that.
  package var idleIO = false
  /// Nil for the fastest, which are found out when there is something to hash.
  package var kernels: LaneKernels?

  package init() {}
}
