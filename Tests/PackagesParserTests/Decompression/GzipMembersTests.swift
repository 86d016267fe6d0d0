// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Testing

@testable import PackagesParser

@Suite("The members of a gzip file")
struct GzipMembersTests {
  private func members(of bytes: [UInt8]) throws -> [[UInt8]] {
    let path = NSTemporaryDirectory() + "members-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let reader = try GzipMembers(try Descriptor.open(path))
    var members: [[UInt8]] = []
    while let member = try reader.next() { members.append(member) }
    return members
  }

  /// Longer than every buffer, and empty; made by gzip itself.
  private func samples() throws -> [[UInt8]] {
    var state: UInt32 = 1
    let noise = (0..<700_000).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    return try [Array("one".utf8), noise, [], [UInt8](repeating: 0, count: 3_000_000)].map {
      try Compression.gzip.compressed($0)
    }
  }

  @Test("come with the bytes they have on disk")
  func whole() throws {
    let samples = try samples()
    #expect(try members(of: samples.flatMap { $0 }) == samples)
    #expect(try members(of: []) == [])
  }

  @Test("are refused when damaged, cut short, or followed by something else")
  func damaged() throws {
    let bytes = try samples().flatMap { $0 }
    var flipped = bytes
    flipped[bytes.count - 5] ^= 1
    for wrong in [flipped, Array(bytes.dropLast()), bytes + [7]] {
      #expect(throws: ArchiveError.self) { try members(of: wrong) }
    }
  }
}
