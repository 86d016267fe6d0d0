// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel

extension TrustPolicy {
  /// Fingerprints of the keys that signed; none where nobody looks.
  func signers(of message: [UInt8], file: String, signature: String?) async throws -> Set<String> {
    guard !allowUnsigned else { return [] }
    for keyring in keyrings where !exists(keyring) {
      throw ArchiveError(
        .noInput, "the keyring does not exist", at: ArchiveError.Place(file: keyring),
        advice: "install debian-archive-keyring, or name another by --keyring")
    }
    do {
      return try await SignatureVerifier(keyrings: keyrings)
        .signers(of: message, file: file, signature: signature)
    } catch let failure as UnacceptedSigner where !tellsUnacceptedSigner {
      throw failure.error
    }
  }
}
