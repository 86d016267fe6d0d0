// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Testing

@testable import SwarmClient

/// Three pieces: 16384, 16384 and 7232 bytes.
@Suite("A file that is put together") struct PartialFileTests {
  private let scratch: TemporaryDirectory
  private let bytes: [UInt8]
  private let content: ContentID
  private let table: PieceTable

  init() throws {
    scratch = try TemporaryDirectory()
    let bytes = (0..<40000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
    self.bytes = bytes
    content = ContentID(sha256: try SHA256Digest.hashing(bytes), size: ByteCount(40000))
    let hashes = try [0..<16384, 16384..<32768, 32768..<40000].map {
      try SHA256Digest.hashing(Array(bytes[$0]))
    }
    table = try #require(
      PieceTable(of: content, pieceSize: .leaf, hashes: hashes, root: nil))
  }

  private func open() throws -> PartialFile {
    try PartialFile(destination: scratch.path("file"), content: content, pieces: table)
  }

  private func write(_ range: Range<Int>, to file: PartialFile) throws {
    try bytes[range].withUnsafeBytes { try file.write($0, at: UInt64(range.lowerBound)) }
  }

  @Test("gets its name when all of it is there")
  func whole() throws {
    let file = try open()
    try write(32768..<40000, to: file)
    try write(0..<20000, to: file)
    #expect(scratch.bytes("file") == nil)
    try write(20000..<32768, to: file)
    #expect(try file.verifiedPieces() == [true, true, true])
    try file.finish()
    #expect(scratch.bytes("file") == bytes)
    #expect(scratch.bytes("file.partial") == nil)
  }

  @Test("that is there already is read, and not changed by its end")
  func present() throws {
    try scratch.write(bytes, to: "file")
    let file = try #require(
      try PartialFile(whole: scratch.path("file"), content: content, pieces: table))
    var part = [UInt8](repeating: 0, count: 7232)
    #expect(try part.withUnsafeMutableBytes { try file.read(into: $0, at: 32768) } == 7232)
    #expect(part == Array(bytes[32768...]))
    try file.finish()
    #expect(scratch.bytes("file") == bytes)
  }

  @Test("that is there already and is another is none")
  func another() throws {
    var other = bytes
    other[5] ^= 1
    for found in [other, Array(bytes.dropLast()), bytes + [0]] {
      try scratch.write(found, to: "file")
      #expect(try PartialFile(whole: scratch.path("file"), content: content, pieces: table) == nil)
    }
  }

  @Test("goes on from the pieces that are right")
  func resumed() throws {
    do {
      let file = try open()
      try write(16384..<32768, to: file)
      try write(0..<10000, to: file)
    }
    let file = try open()
    #expect(try file.verifiedPieces() == [false, true, false])
  }

  @Test("takes nothing on trust")
  func damaged() throws {
    var wrong = bytes
    wrong[20000] ^= 1
    try scratch.write(wrong, to: "file.partial")
    #expect(try open().verifiedPieces() == [true, false, true])
  }

  @Test("has no pieces where a larger file had its name")
  func larger() throws {
    try scratch.write(bytes + [1], to: "file.partial")
    #expect(try open().verifiedPieces() == [false, false, false])
  }

  @Test("does not get its name while it is not the content")
  func unfinished() throws {
    let file = try open()
    try write(0..<16384, to: file)
    let error = #expect(throws: ArchiveError.self) { try file.finish() }
    #expect(error?.code == .data)
    #expect(scratch.bytes("file") == nil)
    #expect(try file.verifiedPieces()[0])
  }

  @Test("is put together by one process at a time")
  func locked() throws {
    let file = try open()
    let error = #expect(throws: ArchiveError.self) { try open() }
    #expect(error?.code == .temporary)
    try write(0..<1, to: file)
  }

  @Test("is not looked for behind a link")
  func link() throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("file.partial"), withDestinationPath: scratch.path("elsewhere"))
    #expect(throws: ArchiveError.self) { try open() }
    #expect(scratch.bytes("elsewhere") == nil)
  }

  @Test("replaces an older file of the name in one step")
  func replaced() throws {
    try scratch.write([1, 2, 3], to: "file")
    let file = try open()
    try write(0..<40000, to: file)
    #expect(scratch.bytes("file") == [1, 2, 3])
    try file.finish()
    #expect(scratch.bytes("file") == bytes)
  }

  @Test("is known when it is there already")
  func complete() throws {
    #expect(try !PartialFile.isComplete(scratch.path("file"), content))
    try scratch.write(bytes, to: "file")
    #expect(try PartialFile.isComplete(scratch.path("file"), content))
    var wrong = bytes
    wrong[5] ^= 1
    try scratch.write(wrong, to: "file")
    #expect(try !PartialFile.isComplete(scratch.path("file"), content))
  }

  @Test("may be empty")
  func empty() throws {
    let content = ContentID(sha256: try SHA256Digest.hashing([]), size: .zero)
    let file = try PartialFile(
      destination: scratch.path("file"), content: content, pieces: PieceTable(whole: content))
    #expect(try file.verifiedPieces().isEmpty)
    try file.finish()
    #expect(scratch.bytes("file") == [])
  }

  /// The first bytes, as a peer is given them.
  private func firstBytes(of file: PartialFile) throws -> [UInt8] {
    var part = [UInt8](repeating: 0, count: 100)
    let count = try part.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    return Array(part[..<count])
  }

  /// A file that has come and has its name.
  private func finished() throws -> PartialFile {
    let file = try open()
    try write(0..<40000, to: file)
    try file.finish()
    return file
  }

  @Test("that was removed is not given to anybody")
  func removed() throws {
    let file = try finished()
    #expect(try firstBytes(of: file) == Array(bytes[..<100]))
    try FileManager.default.removeItem(atPath: scratch.path("file"))
    #expect(throws: ArchiveError.self) { try firstBytes(of: file) }
  }

  @Test("of which others were made is not given to anybody", arguments: [true, false])
  func changed(wasThere: Bool) throws {
    if wasThere { try scratch.write(bytes, to: "file") }
    let file = try #require(
      wasThere
        ? try PartialFile(whole: scratch.path("file"), content: content, pieces: table)
        : try finished())
    let handle = try #require(FileHandle(forWritingAtPath: scratch.path("file")))
    try handle.seek(toOffset: 39_999)
    try handle.write(contentsOf: [bytes[39_999] ^ 1])
    try handle.close()
    #expect(throws: ArchiveError.self) { try firstBytes(of: file) }
  }

  @Test("that was touched or moved is the same")
  func touched() throws {
    let file = try finished()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600, .modificationDate: Date(timeIntervalSince1970: 5)],
      ofItemAtPath: scratch.path("file"))
    try FileManager.default.moveItem(
      atPath: scratch.path("file"), toPath: scratch.path("elsewhere"))
    #expect(try firstBytes(of: file) == Array(bytes[..<100]))
  }
}
