// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import Ledger
internal import PackagesParser

/// What stands published in a suite's directory now.
struct Standing {
  let suite: String
  /// Whether everything in it is ours, so that a compressed file which is listed must be there.
  let isOverlay: Bool

  /// Whether it is still what `publication` recorded: the same Release, and every file that it
  /// lists and that was there of the listed size.
  func holds(_ publication: Publication) throws -> Bool {
    let path = "\(suite)/Release"
    guard exists(path),
      let text = try? Descriptor.open(path).readAll(limit: ParserLimits().releaseBytes),
      try SHA256Digest.hashing(text) == publication.release
    else { return false }
    let release = try ReleaseFile(text, file: path)
    for (path, content) in release.files {
      var status = stat()
      if stat("\(suite)/\(path)", &status) == 0 {
        guard UInt64(status.st_size) == content.size.rawValue else { return false }
      } else if path.hasSuffix("-pieces.gz")
        || isOverlay && Compression.split(path[...]).compression != .none
      {
        return false
      }
    }
    return true
  }
}
