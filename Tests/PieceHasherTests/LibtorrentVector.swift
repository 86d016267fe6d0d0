// SPDX-License-Identifier: Apache-2.0

import Testing

/// What another implementation of BEP 3 and BEP 52 makes of a file.
///
/// The lists of hashes are told by the SHA-256 of their bytes.
struct LibtorrentVector: Sendable, CustomTestStringConvertible {
  let fill: Fill
  let size: Int
  let pieceSize: UInt64
  let file: String
  let sha256Pieces: String
  let sha1Pieces: String
  let pieceLayer: String
  let root: String

  var testDescription: String { "\(size) bytes of \(fill) in pieces of \(pieceSize)" }
}
