// SPDX-License-Identifier: Apache-2.0

@testable import ReleaseTrust

/// What gpgv writes, some of which are names that a signer chose: only a line of its own counts.
func fuzzGpgvStatus(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  let status = GpgvStatus(text)
  let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    .filter { $0.count >= 3 && $0[0] == "[GNUPG:]" }
  for signer in status.signers {
    demand(
      lines.contains { $0[1] == "VALIDSIG" && $0.last.map(String.init) == signer },
      "a signer that no line of gpgv names")
  }
  demand(status.signers.count <= lines.count { $0[1] == "GOODSIG" }, "signers without GOODSIG")
  demand(status.hasBadSignature == lines.contains { $0[1] == "BADSIG" }, "a bad signature is lost")
}
