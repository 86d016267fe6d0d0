// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
internal import PackagesParser
internal import Publisher

/// What the archive's signed indices list of the pool, each file once.
package struct ArchiveListing: Sendable {
  /// One file.
  package struct File: Hashable, Sendable {
    package let path: ArchivePath
    package let content: ContentID
    /// Whose torrent numbers it.
    package let architecture: String

    package init(path: ArchivePath, content: ContentID, architecture: String) {
      self.path = path
      self.content = content
      self.architecture = architecture
    }
  }

  package private(set) var files: [File] = []
  private var seen: Set<File> = []

  package init() {}

  package mutating func add(_ file: File) {
    if seen.insert(file).inserted { files.append(file) }
  }

  /// Takes what a whole index listed.
  mutating func add(_ more: [File]) { more.forEach { add($0) } }

  /// Whose bytes have this digest; the smallest name of several.
  package func path(of sha256: SHA256Digest) -> ArchivePath? {
    files.lazy.filter { $0.content.sha256 == sha256 }.map(\.path).min()
  }
}

extension ArchiveListing {
  /// What one index lists; proven, for it was read to its end.
  ///
  /// - Throws: `ArchiveError` for an index that is damaged or not what Release lists.
  static func files(of source: IndexSource, in root: ArchiveRoot) throws -> [File] {
    let file = try source.open(in: root)
    var files: [File] = []
    if source.location.kind == .sources {
      var sources = SourcesIndex(file)
      while let entry = try sources.next() {
        for file in entry.files {
          let path = try file.path.withUnsafeBytes { try ArchivePath(bytes: $0) }
          files.append(File(path: path, content: file.content, architecture: "source"))
        }
      }
    } else {
      var packages = PackagesIndex(file)
      while let entry = try packages.next() {
        files.append(
          File(
            path: try ArchivePath(bytes: entry.filename), content: entry.content,
            architecture: String(field: entry.architecture)))
      }
    }
    return files
  }
}
