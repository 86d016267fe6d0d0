// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser
import Publisher
import Testing

@testable import Simulation

/// A package of main with a made-up content.
func file(
  _ package: String, _ size: UInt64, version: String = "1", architecture: String = "amd64",
  section: String = "misc", priority: String = "optional", source: String = "",
  path: String? = nil
) throws -> PackageFile {
  let path = path ?? "pool/main/\(package)_\(version)_\(architecture).deb"
  return PackageFile(
    package: package, architecture: architecture, path: try ArchivePath(path),
    content: ContentID(sha256: try .hashing(Array(path.utf8)), size: ByteCount(size)),
    location: IndexLocation(component: "main", kind: .packages(architecture: architecture)),
    section: section, priority: priority, source: source)
}

func installed(_ text: String) throws -> InstalledSet {
  try InstalledSet(Array(text.utf8), file: "installed")
}

func popularity(_ text: String) throws -> Popularity {
  try Popularity(Array(text.utf8), file: "by_inst")
}

func pieceSize(_ bytes: UInt64) throws -> PieceSize {
  try #require(PieceSize(rawValue: bytes))
}

/// The error that `body` ends with, nil when it ends well.
func failure<T>(of body: () throws -> T) throws -> ArchiveError? {
  do {
    _ = try body()
    return nil
  } catch let error as ArchiveError {
    return error
  }
}
