// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Ledger
import PackagesParser
import Testing

@testable import Publisher

/// The error that `body` ends with, nil when it ends well.
func failure<T>(of body: () throws -> T) throws -> ArchiveError? {
  do {
    _ = try body()
    return nil
  } catch let error as ArchiveError {
    return error
  }
}

/// The error that `body` ends with, nil when it ends well.
func failure<T>(of body: () async throws -> T) async throws -> ArchiveError? {
  do {
    _ = try await body()
    return nil
  } catch let error as ArchiveError {
    return error
  }
}

/// A digest of 32 equal bytes.
func digest(_ byte: UInt8) throws -> SHA256Digest {
  try #require(SHA256Digest([UInt8](repeating: byte, count: 32)))
}

/// A content told apart from others by `name`.
func content(_ name: String, size: UInt64 = 100) throws -> ContentID {
  ContentID(sha256: try .hashing(Array(name.utf8)), size: ByteCount(size))
}

func numbers(_ first: UInt32, _ count: UInt32 = 1) throws -> PieceNumberRange {
  try #require(PieceNumberRange(first: PieceNumber(first), count: count))
}

/// Pieces whose digests are `1111...`, `2222...` and so on, not hashes of anything.
func pieces(_ count: Int, pieceSize: PieceSize = .leaf) -> PieceList {
  func list(_ length: Int) -> [UInt8] {
    (0..<count).flatMap { [UInt8](repeating: UInt8($0 % 9 + 1) * 0x11, count: length) }
  }
  return PieceList(pieceSize: pieceSize, sha256: list(32), sha1: list(20))
}

/// The hexadecimal text of the digest of piece `index` of `pieces`.
func hex(_ index: Int, bytes: Int = 32) -> String {
  String(repeating: String(index % 9 + 1), count: bytes * 2)
}

func indexLocation(_ path: String) throws -> IndexLocation {
  try #require(IndexLocation(path: path[...]))
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
