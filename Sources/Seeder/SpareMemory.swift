// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import CLinux
private import Glibc

/// Memory of this process that only a start, or a load, needed.
enum SpareMemory {
  /// Has the heap keep little that is free. By itself glibc's gives each thread one of its own, and
  /// once a large block was freed it keeps up to twice as much.
  static func bound(loops: Int) {
    archive_bound_heap(Int32(clamping: loops + 1), 1 << 20)
  }

  /// Gives back every now and then what nothing needs just now, until it is cancelled: what many
  /// connections had lies between what stays, and of the program a start, or a load, has called far
  /// more than what is called again.
  static func keepLow() async {
    await withTaskExecutorPreference(BlockingExecutor(label: "heap")) {
      var known = release([])
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(10))
        known = release(known)
      }
    }
  }

  /// Gives free heap memory back to the kernel, and lets go of the code and constants that are
  /// mapped: what of them is still in use comes back from the page cache when it is touched, without
  /// the disk.
  ///
  /// - Parameter known: What the last call returned. Nothing else is let go of: what was not there
  ///   then may be a library that is being loaded, and be written to by the linker meanwhile.
  /// - Returns: The addresses of code and constants.
  static func release(_ known: Set<Range<UInt>>) -> Set<Range<UInt>> {
    var found: Set<Range<UInt>> = []
    let file = try? Descriptor.open("/proc/self/smaps")
    if let file, let text = try? file.readAll(limit: 16 << 20) {
      found = Set(unwritten(String(decoding: text, as: UTF8.self)))
    }
    for range in found.intersection(known) {
      madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED)
    }
    archive_trim_heap()
    return found
  }

  /// The addresses of code and constants that are as they are on disk (proc(5), smaps).
  ///
  /// What was written to, by the linker or a debugger, is not, wherever it is: in memory or swapped
  /// out. It would be lost. Other files than programs and libraries may be mapped for a moment only,
  /// and memory be where they were by the time that this is used.
  static func unwritten(_ smaps: String) -> [Range<UInt>] {
    var found: [(range: Range<UInt>, file: Substring)] = []
    var programs: Set<Substring> = []
    var mapping: (range: Range<UInt>, file: Substring)?
    for line in smaps.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 5)
      if words.count >= 5, let range = addresses(words[0]) {
        mapping = nil
        // Paths stand in a column of their own, blanks before them.
        guard words.count == 6, ["r-xp", "r--p"].contains(words[1]) else { continue }
        let file = words[5].drop { $0 == " " }
        guard file.hasPrefix("/") else { continue }
        mapping = (range, file)
        if words[1] == "r-xp" { programs.insert(file) }
      } else if words.first == "Anonymous:" || words.first == "Swap:" {
        if words.dropFirst().first != "0" { mapping = nil }
        // The later of both.
        guard words.first == "Swap:", let clean = mapping else { continue }
        found.append(clean)
      }
    }
    return found.filter { programs.contains($0.file) }.map(\.range)
  }

  private static func addresses(_ word: Substring) -> Range<UInt>? {
    let ends = word.split(separator: "-")
    guard ends.count == 2, let first = UInt(ends[0], radix: 16),
      let end = UInt(ends[1], radix: 16), first < end
    else { return nil }
    return first..<end
  }
}
