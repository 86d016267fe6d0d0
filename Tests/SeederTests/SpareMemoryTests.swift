// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import Testing

@testable import Seeder

@Suite("Memory that only a start needed")
struct SpareMemoryTests {
  /// As proc(5) shows it: code, constants, those that the linker wrote to and those of them that are
  /// swapped out, code that a debugger wrote to, a database that is shared, a file that is no program,
  /// the heap, and the kernel's own.
  private let smaps = """
    55d0c0a00000-55d0c0b00000 r-xp 00001000 fd:00 131                        /usr/bin/a program
    Size:               1024 kB
    Rss:                 512 kB
    Anonymous:             0 kB
    Swap:                  0 kB
    SwapPss:               0 kB
    VmFlags: rd ex mr mw me sd
    55d0c0b00000-55d0c0c00000 r--p 00101000 fd:00 131                        /usr/bin/a program
    Anonymous:             0 kB
    Swap:                  0 kB
    55d0c0c00000-55d0c0d00000 r--p 00201000 fd:00 131                        /usr/bin/a program
    Anonymous:             8 kB
    Swap:                  0 kB
    55d0c0d00000-55d0c0d01000 r--p 00301000 fd:00 131                        /usr/bin/a program
    Anonymous:             0 kB
    Swap:                  4 kB
    55d0c0d01000-55d0c0d02000 r-xp 00302000 fd:00 131                        /usr/bin/a program
    Anonymous:             4 kB
    Swap:                  0 kB
    55d0c0d02000-55d0c0d03000 r--s 00000000 fd:00 132                        /var/lib/a database
    Anonymous:             0 kB
    Swap:                  0 kB
    55d0c0d03000-55d0c0d04000 r--p 00000000 fd:00 133                        /usr/share/some constants
    Anonymous:             0 kB
    Swap:                  0 kB
    55d0c0d04000-55d0c0d05000 rw-p 00000000 00:00 0
    Anonymous:             0 kB
    Swap:                  0 kB
    7ffd5e1fe000-7ffd5e200000 r-xp 00000000 00:00 0                          [vdso]
    Anonymous:             0 kB
    Swap:                  0 kB
    """

  @Test("is code, and are constants, that are as they are on disk")
  func unwritten() {
    let code: Range<UInt> = 0x55d0_c0a0_0000..<0x55d0_c0b0_0000
    let constants: Range<UInt> = 0x55d0_c0b0_0000..<0x55d0_c0c0_0000
    #expect(SpareMemory.unwritten(smaps) == [code, constants])
  }

  @Test(
    "is none where nothing can be read",
    arguments: ["", "\n", "Anonymous: 0 kB", "Swap: 0 kB", "1-0 r-xp 0 0 0 /a"])
  func nothing(_ text: String) {
    #expect(SpareMemory.unwritten(text).isEmpty)
  }

  @Test("goes when it is found a second time")
  func release() throws {
    let known = SpareMemory.release([])
    #expect(!known.isEmpty)
    let before = try residentFiles()
    #expect(SpareMemory.release(known) == known)
    let after = try residentFiles()
    #expect(after < before)
  }

  /// Kilobytes of files that are mapped and resident (proc(5), status).
  private func residentFiles() throws -> Int {
    let status = try Descriptor.open("/proc/self/status").readAll(limit: 1 << 20)
    let line = String(decoding: status, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("RssFile:") }
    return try #require(line.flatMap { Int($0.filter(\.isNumber)) })
  }
}
