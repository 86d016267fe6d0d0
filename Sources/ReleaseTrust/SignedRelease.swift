// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
package import PackagesParser

/// A suite's Release that was found authentic and fresh.
package struct SignedRelease: Sendable {
  package let release: ReleaseFile
  /// The text that was signed.
  package let text: [UInt8]
  /// Primary fingerprints of the keys that signed it; empty only where unsigned is allowed.
  package let signers: Set<String>

  /// Reads `InRelease`, or else `Release` with `Release.gpg`, of the suite in `directory`.
  ///
  /// - Throws: `ArchiveError`: EX_NOINPUT when there is neither, EX_DATAERR when it is malformed,
  ///   not authentic, or expired at `now`.
  package static func read(
    directory: String, policy: TrustPolicy, now: ArchiveDate
  ) async throws -> SignedRelease {
    let combined = "\(directory)/InRelease"
    if exists(combined) {
      return try await SignedRelease(
        inRelease: try bytes(combined), file: combined, policy: policy, now: now)
    }
    let plain = "\(directory)/Release"
    let text = try bytes(plain)
    let signature = "\(plain).gpg"
    return try await SignedRelease(
      release: text, file: plain, signature: exists(signature) ? signature : nil, policy: policy,
      now: now)
  }

  /// Takes an InRelease; `file` names it in messages.
  ///
  /// - Throws: `ArchiveError` (EX_DATAERR) when it is malformed, not authentic, or expired at `now`.
  package init(
    inRelease message: [UInt8], file: String, policy: TrustPolicy, now: ArchiveDate
  ) async throws {
    text = try ClearSigned(message, file: file).text
    signers = try await policy.signers(of: message, file: file, signature: nil)
    release = try ReleaseFile(text, file: file)
    try policy.checkFreshness(of: release, now: now)
  }

  /// Takes a Release and its signature in the file `signature`.
  ///
  /// - Throws: `ArchiveError` (EX_DATAERR) when it is malformed, not authentic, or expired at `now`.
  package init(
    release text: [UInt8], file: String, signature: String?, policy: TrustPolicy, now: ArchiveDate
  ) async throws {
    guard signature != nil || policy.allowUnsigned else {
      let error = ArchiveError(
        .data, "the suite has neither InRelease nor Release.gpg",
        at: ArchiveError.Place(file: file),
        advice: "sign it, or say --allow-unsigned if you mean it")
      if policy.tellsUnacceptedSigner { throw UnacceptedSigner(error: error) }
      throw error
    }
    self.text = text
    signers =
      signature == nil
      ? [] : try await policy.signers(of: text, file: file, signature: signature)
    release = try ReleaseFile(text, file: file)
    try policy.checkFreshness(of: release, now: now)
  }

  private static func bytes(_ path: String) throws(ArchiveError) -> [UInt8] {
    let limit = ParserLimits().releaseBytes
    let file = try Descriptor.open(path)
    let bytes = try file.readAll(limit: limit + 1)
    guard bytes.count <= limit else {
      throw ArchiveError(.data, "larger than \(limit) bytes", at: ArchiveError.Place(file: path))
    }
    return bytes
  }
}
