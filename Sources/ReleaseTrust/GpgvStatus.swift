// SPDX-License-Identifier: Apache-2.0

/// What gpgv's status lines say (GnuPG's doc/DETAILS).
struct GpgvStatus: Hashable, Sendable {
  /// Primary fingerprints of good signatures by keys that are neither expired nor revoked.
  private(set) var signers: Set<String> = []
  /// Fingerprints or key ids of signatures by expired or revoked keys.
  private(set) var expired: Set<String> = []
  /// Key ids of signatures that could not be checked for want of the key.
  private(set) var missingKeys: [String] = []
  /// Whether some signature by a known key does not match.
  private(set) var hasBadSignature = false

  /// Reads `text`.
  ///
  /// VALIDSIG is written for expired and revoked keys as well, so it counts only after GOODSIG;
  /// the exit status counts for nothing, because one unknown key among several makes it non-zero.
  init(_ text: String) {
    var isGood = false
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 2, words[0] == "[GNUPG:]" else { continue }
      if words[1] == "NEWSIG" { isGood = false }
      guard words.count >= 3 else { continue }
      switch words[1] {
      case "GOODSIG": isGood = true
      case "EXPSIG", "EXPKEYSIG", "REVKEYSIG":
        isGood = false
        expired.insert(String(words[2]))
      case "BADSIG":
        isGood = false
        hasBadSignature = true
      case "ERRSIG":
        isGood = false
        missingKeys.append(String(words[2]))
      case "VALIDSIG" where isGood:
        // The last word is the primary key's fingerprint, the first a subkey's perhaps.
        signers.insert(String(words.last ?? words[2]))
        isGood = false
      default: break
      }
    }
  }
}
