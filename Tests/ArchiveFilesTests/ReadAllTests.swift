// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import Foundation
import Glibc
import Testing

@Suite("All of a file") struct ReadAllTests {
  private func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 0...255) } }

  /// A file without a name.
  private func file(of bytes: [UInt8]) throws -> Descriptor {
    var path = Array("\(NSTemporaryDirectory())/ReadAllTests.XXXXXX".utf8CString)
    let file = Descriptor(owning: mkstemp(&path), path: "bytes")
    try #require(file.number >= 0 && unlink(path) == 0)
    try file.write(bytes)
    return file
  }

  @Test("is read, however long it is", arguments: [0, 1, 65_535, 65_536, 65_537, 300_000])
  func whole(count: Int) throws {
    let bytes = random(count)
    let found = try file(of: bytes).readAll(limit: 1 << 20)
    #expect(found == bytes)
  }

  @Test("is read up to a limit", arguments: [0, 1, 65_536, 99_999, 100_000, 100_001])
  func limited(limit: Int) throws {
    let bytes = random(100_000)
    let found = try file(of: bytes).readAll(limit: limit)
    #expect(found == Array(bytes.prefix(limit)))
  }

  @Test("is read where it is made as it is read, and has no size (proc(5))")
  func made() throws {
    let file = try Descriptor.open("/proc/self/smaps")
    let (bytes, size) = (try file.readAll(limit: 16 << 20), try file.status().st_size)
    #expect(size == 0)
    #expect(bytes.count > 65_536 && bytes.last == UInt8(ascii: "\n"))
  }
}
