// SPDX-License-Identifier: Apache-2.0

/// Which Content-Type a file is sent with.
public enum MediaType {
  /// The type of a file called `name`.
  ///
  /// A compressed index is a file of its own, whose hash the Release file gives; it never goes out
  /// as a Content-Encoding of another.
  public static func of(_ name: String) -> String {
    guard let dot = name.utf8.lastIndex(of: 0x2E) else { return unknown }
    return byExtension[String(name[name.index(after: dot)...])] ?? unknown
  }

  private static let unknown = "application/octet-stream"

  private static let byExtension = [
    "deb": "application/vnd.debian.binary-package",
    "udeb": "application/vnd.debian.binary-package",
    "bz2": "application/x-bzip2",
    "gz": "application/gzip",
    "lzma": "application/x-lzma",
    "xz": "application/x-xz",
    "zst": "application/zstd",
    "gpg": "application/pgp-signature",
    "meta4": "application/metalink4+xml",
    "torrent": "application/x-bittorrent",
  ]
}
