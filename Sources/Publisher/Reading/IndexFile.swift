// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PackagesParser

/// A Packages index that lies anywhere, believed without a Release, for commands that only look.
package enum IndexFile {
  /// The files that the index at `path` lists; what it is compressed by, its name's end tells.
  ///
  /// - Throws: `ArchiveError` with file and line for an index that cannot be read or is damaged, and
  ///   one of more than `limit` files.
  package static func packages(_ path: String, limit: Int) throws -> [PackageFile] {
    let source = try VerifiedFile(
      try Descriptor.open(path), compression: Compression.split(path[...]).compression,
      compressedAs: nil, plainAs: nil)
    var index = PackagesIndex(source, withTraits: true)
    var files: [PackageFile] = []
    while let entry = try index.next() {
      guard files.count < limit else { throw index.reader.error("more than \(limit) packages") }
      let architecture = String(field: entry.architecture)
      files.append(
        try PackageFile(
          package: entry.package, architecture: architecture, path: entry.filename,
          content: entry.content,
          location: IndexLocation(
            component: "main", kind: .packages(architecture: architecture)),
          traits: index.traits))
    }
    return files
  }
}
