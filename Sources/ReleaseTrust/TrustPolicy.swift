// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PackagesParser

/// Whose signature counts, and for how long.
package struct TrustPolicy: Hashable, Sendable {
  /// Keyrings in gpgv's form; a key in any of them will do.
  package var keyrings: [String]
  /// Whether signatures are not looked at.
  package var allowUnsigned: Bool
  /// Whether a Release ends with its Valid-Until.
  package var checkValidUntil: Bool
  /// Whether `UnacceptedSigner` is thrown as such, for whoever can do without.
  package var tellsUnacceptedSigner = false
  /// What to do about an expired Release, for messages.
  package var expiryAdvice: String

  /// Joins what is accepted.
  package init(
    keyrings: [String], allowUnsigned: Bool = false, checkValidUntil: Bool = true,
    expiryAdvice: String = "sync the mirror, or set 'Check-Valid-Until: no' for this suite"
  ) {
    self.keyrings = keyrings
    self.allowUnsigned = allowUnsigned
    self.checkValidUntil = checkValidUntil
    self.expiryAdvice = expiryAdvice
  }

  func checkFreshness(of release: ReleaseFile, now: ArchiveDate) throws(ArchiveError) {
    guard let until = release.validUntil, until < now, checkValidUntil else { return }
    throw ArchiveError(
      .data, "the Release was valid until \(until)", at: release.stanza.place(of: "Valid-Until"),
      advice: expiryAdvice)
  }
}
