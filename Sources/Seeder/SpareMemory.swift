// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import CLinux
private import Glibc

/// Memory of this process that only a start, or a load, needed.
enum SpareMemory {
  /// Has the heap keep little that is free. By itself glibc's gives each thread one of its own, and once a
  /// large block was freed it keeps up to twice as much.
  static func bound(loops: Int) {
    archive_bound_heap(Int32(clamping: loops + 1), 1 << 20)
  }

  /// Gives free heap memory back every now and then, until it is cancelled: what many connections had lies
  /// between what stays.
  static func keepLow() async {
    await withTaskExecutorPreference(BlockingExecutor(label: "heap")) {
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(10))
        archive_trim_heap()
      }
    }
  }

  /// Gives free heap memory back to the kernel, and lets go of the code that is mapped: what of it is
  /// still run comes back from the page cache at its next call, without the disk.
  static func release() {
    archive_trim_heap()
    guard let file = try? Descriptor.open("/proc/self/smaps"),
      let text = try? file.readAll(limit: 16 << 20)
    else { return }
    for range in code(String(decoding: text, as: UTF8.self)) {
      madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED)
    }
  }

  /// The addresses of code that is as it is on disk (proc(5), smaps). What was written to, by a debugger
  /// as well, is not: it would be lost.
  static func code(_ smaps: String) -> [Range<UInt>] {
    var found: [Range<UInt>] = []
    var mapping: Range<UInt>?
    for line in smaps.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 5)
      if words.count >= 5, let range = addresses(words[0]) {
        // Paths stand in a column of their own, blanks before them.
        let isFile = words.count == 6 && words[5].drop { $0 == " " }.hasPrefix("/")
        mapping = isFile && words[1] == "r-xp" ? range : nil
      } else if words.first == "Anonymous:", words.dropFirst().first == "0", let range = mapping {
        found.append(range)
        mapping = nil
      }
    }
    return found
  }

  private static func addresses(_ word: Substring) -> Range<UInt>? {
    let ends = word.split(separator: "-")
    guard ends.count == 2, let first = UInt(ends[0], radix: 16),
      let end = UInt(ends[1], radix: 16), first < end
    else { return nil }
    return first..<end
  }
}
