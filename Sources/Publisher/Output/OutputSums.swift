// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel

/// Size and digests of a published file, as a Release lists them.
struct OutputSums: Hashable, Sendable {
  var size: ByteCount
  var values: [DigestAlgorithm: [UInt8]] = [:]

  init(size: ByteCount) { self.size = size }

  /// What is known of a file from SHA-256 alone.
  init(_ content: ContentID) {
    size = content.size
    values = [.sha256: content.sha256.bytes]
  }

  /// The sums of bytes in memory.
  init(_ bytes: [UInt8], _ algorithms: [DigestAlgorithm]) throws(ArchiveError) {
    var sums = try RunningSums(algorithms)
    sums.update(bytes)
    self = sums.finish()
  }

  var content: ContentID? {
    values[.sha256].flatMap { SHA256Digest($0) }.map { ContentID(sha256: $0, size: size) }
  }
}

extension DigestAlgorithm {
  /// The name of the Release section, and of the by-hash directory.
  var releaseName: String {
    switch self {
    case .md5: "MD5Sum"
    case .sha1: "SHA1"
    case .sha256: "SHA256"
    case .sha512: "SHA512"
    }
  }
}
