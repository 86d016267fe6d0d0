// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
private import Glibc
package import TorrentMetadata

/// The files of one suite of one archive that were fetched before, as they lay there.
package struct IndexCache: Sendable {
  /// The suite's directory.
  let directory: String

  /// The part of `cache` for `suite` at `url`.
  ///
  /// - Throws: `ArchiveError` when it cannot be made.
  package init(_ cache: String, url: AbsoluteURL, suite: String) throws(ArchiveError) {
    directory = "\(cache)/\(Self.name(of: url))/dists/\(suite)"
    try makeDirectories(directory)
  }

  /// A directory for the files of one suite that come from elsewhere than a URL.
  ///
  /// - Throws: `ArchiveError` when it cannot be made.
  package init(directory: String) throws(ArchiveError) {
    self.directory = directory
    try makeDirectories(directory)
  }

  /// A name for an archive: its URL, slashes as `_` like apt's, everything odd encoded.
  static func name(of url: AbsoluteURL) -> String {
    let rest = url.string.utf8.dropFirst(url.scheme.utf8.count + 3)
    var parts = rest.split(separator: 0x2F).map { PercentEncoding.encode($0) }
    parts[0] = PercentEncoding.encode(url.host.utf8)
    return "\(url.scheme)_" + parts.joined(separator: "_")
  }

  /// Where the file called `name` lies.
  package func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// Whether the file called `name` is `content`.
  package func has(_ name: String, _ content: ContentID) -> Bool {
    guard let file = try? Descriptor.open(path(name)), let status = try? file.status(),
      UInt64(clamping: status.st_size) == content.size.rawValue
    else { return false }
    return (try? file.sha256()) == content.sha256
  }

  /// The bytes of a small file; nil when there is none.
  func bytes(_ name: String, limit: Int) -> [UInt8]? {
    guard let file = try? Descriptor.open(path(name)) else { return nil }
    return try? file.readAll(limit: limit)
  }

  /// Makes or replaces a file in one step.
  ///
  /// - Throws: `ArchiveError` when it cannot be written.
  package func store(_ bytes: [UInt8], as name: String, modified: Int64? = nil) throws(ArchiveError)
  {
    let file = try begin(name)
    try file.write(bytes)
    try commit(file, as: name, modified: modified)
  }

  /// A file that will be called `name`, open for writing.
  ///
  /// - Throws: `ArchiveError` when it cannot be created.
  func begin(_ name: String) throws(ArchiveError) -> Descriptor {
    let path = path(name)
    if let slash = path.lastIndex(of: "/") {
      try makeDirectories(String(path[..<slash]))
      TemporaryName.removeAbandoned(in: String(path[..<slash]))
    }
    // Two that fetch the same file do not write into one.
    return try Descriptor.open(TemporaryName.of(path), O_RDWR | O_CREAT | O_TRUNC)
  }

  /// Gives a file made by `begin` its name.
  ///
  /// - Throws: `ArchiveError` when that cannot be done.
  func commit(
    _ file: borrowing Descriptor, as name: String, modified: Int64? = nil
  ) throws(ArchiveError) {
    if let modified {
      let time = timespec(tv_sec: Int(modified), tv_nsec: 0)
      _ = withUnsafePointer(to: (time, time)) { pointer in
        pointer.withMemoryRebound(to: timespec.self, capacity: 2) { futimens(file.number, $0) }
      }
    }
    try rename(file.path, to: path(name))
  }

  /// Removes a file made by `begin`.
  func discard(_ file: borrowing Descriptor) { unlink(file.path) }

  /// When the server last changed the file called `name`, in seconds since 1970.
  func modified(_ name: String) -> Int64? {
    guard let file = try? Descriptor.open(path(name)), let status = try? file.status() else {
      return nil
    }
    return Int64(status.st_mtim.tv_sec)
  }

  private func rename(_ old: String, to new: String) throws(ArchiveError) {
    guard Glibc.rename(old, new) == 0 else { throw .system(errno, "rename", old) }
  }
}
