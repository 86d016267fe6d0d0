// SPDX-License-Identifier: Apache-2.0

/// A piece of one of the files that are being fetched.
package struct PieceKey: Hashable, Sendable {
  /// The file's position in the order asked for.
  package let file: Int
  /// Which piece of the file, from 0.
  package let piece: Int

  package init(file: Int, piece: Int) {
    self.file = file
    self.piece = piece
  }
}
