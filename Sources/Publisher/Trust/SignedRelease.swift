// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
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
  static func read(
    directory: String, settings: SuiteSettings, now: ArchiveDate
  ) async throws -> SignedRelease {
    let limit = ParserLimits().releaseBytes
    let combined = "\(directory)/InRelease"
    let plain = "\(directory)/Release"
    let signed: SignedRelease
    if exists(combined) {
      let message = try read(combined, limit: limit)
      let text = try ClearSigned(message, file: combined).text
      let signers = try await self.signers(
        of: message, file: combined, signature: nil, settings: settings)
      signed = SignedRelease(
        release: try ReleaseFile(text, file: combined), text: text, signers: signers)
    } else {
      let text = try read(plain, limit: limit)
      let signature = "\(plain).gpg"
      guard exists(signature) || settings.allowUnsigned else {
        throw ArchiveError(
          .data, "the suite has neither InRelease nor Release.gpg",
          at: ArchiveError.Place(file: directory),
          advice: "sign it, or say --allow-unsigned if you mean it")
      }
      let signers =
        exists(signature)
        ? try await self.signers(of: text, file: plain, signature: signature, settings: settings)
        : []
      signed = SignedRelease(
        release: try ReleaseFile(text, file: plain), text: text, signers: signers)
    }
    try signed.checkFreshness(settings, now: now)
    return signed
  }

  private static func signers(
    of message: [UInt8], file: String, signature: String?, settings: SuiteSettings
  ) async throws -> Set<String> {
    guard !settings.allowUnsigned else { return [] }
    for keyring in settings.keyrings where !exists(keyring) {
      throw ArchiveError(
        .noInput, "the keyring does not exist", at: ArchiveError.Place(file: keyring),
        advice: "install debian-archive-keyring, or name another by --keyring")
    }
    return try await SignatureVerifier(keyrings: settings.keyrings)
      .signers(of: message, file: file, signature: signature)
  }

  private static func read(_ path: String, limit: Int) throws(ArchiveError) -> [UInt8] {
    let file = try Descriptor.open(path)
    let bytes = try file.readAll(limit: limit + 1)
    guard bytes.count <= limit else {
      throw ArchiveError(.data, "larger than \(limit) bytes", at: ArchiveError.Place(file: path))
    }
    return bytes
  }

  private func checkFreshness(_ settings: SuiteSettings, now: ArchiveDate) throws(ArchiveError) {
    guard let until = release.validUntil, until < now, settings.checkValidUntil else { return }
    throw ArchiveError(
      .data, "the Release was valid until \(until)", at: release.stanza.place(of: "Valid-Until"),
      advice: "sync the mirror, or set 'Check-Valid-Until: no' for this suite")
  }
}
