// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
private import Glibc

/// O_PATH, which Glibc's module lacks.
private let pathOnly: CInt = 0o10000000

extension ArchiveRoot {
  /// An entry of a directory, as a listing shows it.
  package struct Entry: Hashable, Sendable {
    package let name: String
    package let isDirectory: Bool
    package let size: ByteCount
    /// Seconds since the epoch.
    package let modified: Int64
  }

  /// The directories and regular files in a directory of the archive, links followed. What begins
  /// with a dot is left out, and what lies behind a link that leads out of the archive: nothing is
  /// told of it.
  ///
  /// - Parameters:
  ///   - path: the directory; nil for the root.
  ///   - limit: how many entries there are at most.
  ///   - served: names that may lead out all the same.
  /// - Returns: the entries by name; nil when there is no such directory.
  /// - Throws: `ArchiveError` when it cannot be read, or has more entries.
  package func entries(
    _ path: ArchivePath?, limit: Int, served: Set<String> = []
  ) throws(ArchiveError) -> [Entry]? {
    guard let number = directoryNumber(path) else { return nil }
    guard let stream = fdopendir(number) else {
      close(number)
      return nil
    }
    defer { closedir(stream) }
    var entries: [Entry] = []
    while let found = readdir(stream) {
      guard let entry = entry(found, in: number, path, served) else { continue }
      guard entries.count < limit else {
        throw ArchiveError(.data, "the directory has more than \(limit) entries")
      }
      entries.append(entry)
    }
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private func directoryNumber(_ path: ArchivePath?) -> CInt? {
    let flags = O_RDONLY | O_DIRECTORY
    let number =
      path.map { openBeneath($0, flags) } ?? Glibc.open(self.path, flags | O_CLOEXEC)
    return number < 0 ? nil : number
  }

  private func entry(
    _ found: UnsafeMutablePointer<dirent>, in directory: CInt, _ parent: ArchivePath?,
    _ served: Set<String>
  ) -> Entry? {
    let name = withUnsafePointer(to: &found.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
    }
    var status = stat()
    // Names that no request could ask for are not shown.
    guard let name, !name.hasPrefix("."), (try? ArchivePath(name)) != nil,
      fstatat(directory, name, &status, 0) == 0, status.isDirectory || status.isRegularFile,
      Self.isNoLink(found) || served.contains(name) || leadsBelow(parent, name)
    else { return nil }
    return Entry(
      name: name, isDirectory: status.isDirectory,
      size: ByteCount(UInt64(clamping: status.st_size)),
      modified: Int64(status.st_mtim.tv_sec))
  }

  /// Whether the file system says so; some do not know.
  private static func isNoLink(_ entry: UnsafeMutablePointer<dirent>) -> Bool {
    [Int(DT_DIR), Int(DT_REG)].contains(Int(entry.pointee.d_type))
  }

  /// Whether what `name` in `parent` links to lies below the root.
  private func leadsBelow(_ parent: ArchivePath?, _ name: String) -> Bool {
    guard let path = try? ArchivePath(parent.map { "\($0)/\(name)" } ?? name) else { return false }
    // No disk is waited for, and no FIFO's writer.
    let number = openBeneath(path, pathOnly)
    guard number >= 0 else { return false }
    close(number)
    return true
  }
}
