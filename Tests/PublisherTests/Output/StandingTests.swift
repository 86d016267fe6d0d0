// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Ledger
import Testing

@testable import Publisher

@Suite("What stands published")
struct StandingTests {
  private let scratch: ScratchDirectory
  private let publication: Publication

  init() throws {
    scratch = try ScratchDirectory()
    let files: [String: [UInt8]] = [
      "main/binary-amd64/Packages": [1, 2, 3], "main/binary-amd64/Packages.xz": [4],
      "main/binary-amd64/Packages-pieces": [5, 6], "main/binary-amd64/Packages-pieces.gz": [7],
    ]
    // Both plain forms are listed and not there, as in a real overlay.
    for (path, bytes) in files where path.contains(".") { try scratch.write(bytes, to: path) }
    let text = try TestSuite.release(files)
    try scratch.write(text, to: "Release")
    publication = Publication(
      fingerprint: .zero, release: try .hashing(Array(text.utf8)))
  }

  private func holds(isOverlay: Bool = true) throws -> Bool {
    try Standing(suite: scratch.path, isOverlay: isOverlay).holds(publication)
  }

  private func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: scratch.path(name))
  }

  @Test("holds when Release and files are as they were published")
  func holds() throws {
    #expect(try holds(isOverlay: true))
    #expect(try holds(isOverlay: false))
  }

  @Test("does not hold with another Release, or none")
  func release() throws {
    try scratch.write(TestSuite.release([:]), to: "Release")
    #expect(try !holds())
    try remove("Release")
    #expect(try !holds())
  }

  @Test("does not hold with a file of another size")
  func otherSize() throws {
    try scratch.write([4, 4], to: "main/binary-amd64/Packages.xz")
    #expect(try !holds(isOverlay: true))
    #expect(try !holds(isOverlay: false))
  }

  @Test("does not hold without a piece index")
  func noPieceIndex() throws {
    try remove("main/binary-amd64/Packages-pieces.gz")
    #expect(try !holds(isOverlay: true))
    #expect(try !holds(isOverlay: false))
  }

  @Test("does not hold in an overlay without a compressed index; a mirror may lack it")
  func noIndex() throws {
    try remove("main/binary-amd64/Packages.xz")
    #expect(try !holds(isOverlay: true))
    #expect(try holds(isOverlay: false))
  }
}
