// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
private import Glibc

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
  /// with a dot is left out.
  ///
  /// - Parameters:
  ///   - path: the directory; nil for the root.
  ///   - limit: how many entries there are at most.
  /// - Returns: the entries by name; nil when there is no such directory.
  /// - Throws: `ArchiveError` when it cannot be read, or has more entries.
  package func entries(_ path: ArchivePath?, limit: Int) throws(ArchiveError) -> [Entry]? {
    guard let number = directoryNumber(path) else { return nil }
    guard let stream = fdopendir(number) else {
      close(number)
      return nil
    }
    defer { closedir(stream) }
    var entries: [Entry] = []
    while let found = readdir(stream) {
      guard let entry = entry(found, in: number) else { continue }
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
    _ found: UnsafeMutablePointer<dirent>, in directory: CInt
  ) -> Entry? {
    let name = withUnsafePointer(to: &found.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
    }
    var status = stat()
    // Names that no request could ask for are not shown.
    guard let name, !name.hasPrefix("."), (try? ArchivePath(name)) != nil,
      fstatat(directory, name, &status, 0) == 0, status.isDirectory || status.isRegularFile
    else { return nil }
    return Entry(
      name: name, isDirectory: status.isDirectory,
      size: ByteCount(UInt64(clamping: status.st_size)),
      modified: Int64(status.st_mtim.tv_sec))
  }
}
