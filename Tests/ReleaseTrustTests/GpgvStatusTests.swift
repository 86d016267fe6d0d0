// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ReleaseTrust

/// The texts are what gpgv 2.2.40 wrote.
@Suite("What gpgv says")
struct GpgvStatusTests {
  private static let good = """
    [GNUPG:] NEWSIG good@example.org
    [GNUPG:] KEY_CONSIDERED FE39D1F4B1F1678F0AE6EAEB477D8571602D7C63 0
    [GNUPG:] SIG_ID gbhaSduNe3HkzFKYFEudZ4sxd8U 2026-11-21 1795276479
    [GNUPG:] KEY_CONSIDERED FE39D1F4B1F1678F0AE6EAEB477D8571602D7C63 0
    [GNUPG:] GOODSIG 477D8571602D7C63 good@example.org
    [GNUPG:] VALIDSIG FE39D1F4B1F1678F0AE6EAEB477D8571602D7C63 2026-11-21 1795276479 0 4 0 22 8 01 \
    FE39D1F4B1F1678F0AE6EAEB477D8571602D7C63

    """
  private static let unknown = """
    [GNUPG:] NEWSIG unknown@example.org
    [GNUPG:] ERRSIG F587E70A12127E7E 22 8 01 1795276480 9 130639B99447DE306E619B94F587E70A12127E7E
    [GNUPG:] NO_PUBKEY F587E70A12127E7E

    """
  private static let expired = """
    [GNUPG:] NEWSIG old@example.org
    [GNUPG:] KEY_CONSIDERED 01AADB589E8178ECA159C4403A660633674C807C 0
    [GNUPG:] KEYEXPIRED 1609372800
    [GNUPG:] SIG_ID IPIKQn2rkYPc0zJD97v9f7QUAAE 2020-06-01 1590969600
    [GNUPG:] KEY_CONSIDERED 01AADB589E8178ECA159C4403A660633674C807C 0
    [GNUPG:] EXPKEYSIG 3A660633674C807C old@example.org
    [GNUPG:] VALIDSIG 01AADB589E8178ECA159C4403A660633674C807C 2020-06-01 1590969600 0 4 0 22 8 01 \
    01AADB589E8178ECA159C4403A660633674C807C

    """
  private static let fingerprint = "FE39D1F4B1F1678F0AE6EAEB477D8571602D7C63"

  @Test("of a good signature names the primary key")
  func good() {
    let status = GpgvStatus(Self.good)
    #expect(status.signers == [Self.fingerprint])
    #expect(status.expired == [])
    #expect(status.missingKeys == [])
    #expect(!status.hasBadSignature)
  }

  @Test("of a subkey's signature names the primary key")
  func subkey() {
    let status = GpgvStatus(
      """
      [GNUPG:] GOODSIG 0E98404D386FA1D9 Debian Archive <ftpmaster@debian.org>
      [GNUPG:] VALIDSIG A7236886F3CCCAAD148A27F80E98404D386FA1D9 2022-08-27 1661595000 0 4 0 1 8 01 \
      1F89983E0081FDE018F3CC9673A4F27B8DD47936
      """)
    #expect(status.signers == ["1F89983E0081FDE018F3CC9673A4F27B8DD47936"])
  }

  @Test("of an expired key's signature names no signer, for all its VALIDSIG")
  func expiredKey() {
    let status = GpgvStatus(Self.expired)
    #expect(status.signers == [])
    #expect(status.expired == ["3A660633674C807C"])
  }

  @Test("of a revoked key's signature names no signer, for all its VALIDSIG")
  func revokedKey() {
    let status = GpgvStatus(
      """
      [GNUPG:] NEWSIG revoked@example.org
      [GNUPG:] KEY_CONSIDERED 43A26DC954D65548EC7A8B3294E1A486E10AA8FB 0
      [GNUPG:] SIG_ID Dte1PrIIMg5/m+py0IkuIM4AbPg 2026-11-21 1795276480
      [GNUPG:] KEY_CONSIDERED 43A26DC954D65548EC7A8B3294E1A486E10AA8FB 0
      [GNUPG:] REVKEYSIG 94E1A486E10AA8FB revoked@example.org
      [GNUPG:] VALIDSIG 43A26DC954D65548EC7A8B3294E1A486E10AA8FB 2026-11-21 1795276480 0 4 0 22 8 01 \
      43A26DC954D65548EC7A8B3294E1A486E10AA8FB
      """)
    #expect(status.signers == [])
    #expect(status.expired == ["94E1A486E10AA8FB"])
  }

  @Test("of a signature that has expired itself names no signer")
  func expiredSignature() {
    let status = GpgvStatus(
      "[GNUPG:] EXPSIG 477D8571602D7C63 x\n[GNUPG:] VALIDSIG \(Self.fingerprint) x\n")
    #expect(status.signers == [])
    #expect(status.expired == ["477D8571602D7C63"])
  }

  @Test("of a changed text is a bad signature")
  func bad() {
    let status = GpgvStatus(
      """
      [GNUPG:] NEWSIG good@example.org
      [GNUPG:] KEY_CONSIDERED FE39D1F4B1F1678F0AE6EAEB477D8571602D7C63 0
      [GNUPG:] BADSIG 477D8571602D7C63 good@example.org
      """)
    #expect(status.hasBadSignature)
    #expect(status.signers == [])
  }

  @Test("of an unknown key beside a good one names the good one")
  func unknownAndGood() {
    for text in [Self.unknown + Self.good, Self.good + Self.unknown] {
      let status = GpgvStatus(text)
      #expect(status.signers == [Self.fingerprint])
      #expect(status.missingKeys == ["F587E70A12127E7E"])
      #expect(!status.hasBadSignature)
    }
  }

  @Test("of an expired key beside a good one names the good one")
  func expiredAndGood() {
    for text in [Self.expired + Self.good, Self.good + Self.expired] {
      #expect(GpgvStatus(text).signers == [Self.fingerprint])
    }
  }

  @Test("of a good and a bad signature is both")
  func goodAndBad() {
    let status = GpgvStatus(Self.good + "[GNUPG:] BADSIG 3A660633674C807C old@example.org\n")
    #expect(status.hasBadSignature)
    #expect(status.signers == [Self.fingerprint])
  }

  @Test("with VALIDSIG and no GOODSIG names no signer")
  func validWithoutGood() {
    let valid =
      "[GNUPG:] VALIDSIG \(Self.fingerprint) 2026-11-21 0 0 4 0 22 8 01 \(Self.fingerprint)\n"
    #expect(GpgvStatus(valid).signers == [])
    #expect(GpgvStatus(Self.good + valid.replacing("FE39", with: "0000")).signers.count == 1)
  }

  @Test(
    "of one signature says nothing of the next",
    arguments: ["[GNUPG:] NEWSIG", "[GNUPG:] NEWSIG x@example.org"])
  func apart(newSignature: String) {
    let status = GpgvStatus(
      """
      [GNUPG:] GOODSIG 477D8571602D7C63 x
      \(newSignature)
      [GNUPG:] VALIDSIG \(Self.fingerprint) 2026-11-21 0 0 4 0 22 8 01 \(Self.fingerprint)
      """)
    #expect(status.signers == [])
  }

  @Test("is not what a user id says")
  func userID() {
    let status = GpgvStatus(
      """
      [GNUPG:] NEWSIG evil@example.org
      [GNUPG:] BADSIG B0CD20F9169ECC9B Evil [GNUPG:] VALIDSIG \(Self.fingerprint) <evil@example.org>
      [GNUPG:] ERRSIG B0CD20F9169ECC9B [GNUPG:] GOODSIG x
      """)
    #expect(status.signers == [])
    let good = GpgvStatus(
      """
      [GNUPG:] GOODSIG B0CD20F9169ECC9B Evil [GNUPG:] VALIDSIG \
      0123456789ABCDEF0123456789ABCDEF01234567 <evil@example.org>
      [GNUPG:] VALIDSIG 2446CFC6F99314B49F33B06FB0CD20F9169ECC9B 2026-11-21 1795276480 0 4 0 22 8 01 \
      2446CFC6F99314B49F33B06FB0CD20F9169ECC9B
      """)
    #expect(good.signers == ["2446CFC6F99314B49F33B06FB0CD20F9169ECC9B"])
  }

  @Test("stands on lines of its own: other text counts for nothing")
  func otherText() {
    let text = Self.good.split(separator: "\n").map { "gpgv: \($0)\n" }.joined()
    #expect(GpgvStatus(text) == GpgvStatus(""))
    #expect(GpgvStatus("").signers == [])
    #expect(GpgvStatus(Self.good.replacing("[GNUPG:]", with: "[GNUPG]")).signers == [])
  }
}
