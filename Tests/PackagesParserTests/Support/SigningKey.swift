// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A throwaway key and GnuPG's directory for it.
final class SigningKey: Sendable {
  private let scratch: ScratchDirectory
  private let keyring: String

  init() throws {
    scratch = try ScratchDirectory()
    let environment = ["GNUPGHOME": scratch.path]
    let user = "test@example.org"
    _ = try output(
      of: [
        "gpg", "--batch", "--passphrase", "", "--quick-generate-key", user, "ed25519", "sign",
        "never",
      ], environment: environment)
    keyring = try scratch.file(
      "keyring.gpg", output(of: ["gpg", "--batch", "--export"], environment: environment))
  }

  deinit { _ = try? output(of: ["gpgconf", "--kill", "all"], environment: environment) }

  private var environment: [String: String] { ["GNUPGHOME": scratch.path] }

  /// `text` as a cleartext-signed message.
  func clearSigned(_ text: String) throws -> String {
    let message = try output(
      of: ["gpg", "--batch", "--clearsign", "--output", "-"], input: Array(text.utf8),
      environment: environment)
    return String(decoding: message, as: UTF8.self)
  }

  /// Whether gpgv calls the signature of `message` good.
  func accepts(_ message: String) throws -> Bool {
    let scratch = try ScratchDirectory()
    let file = try scratch.file("message", Array(message.utf8))
    do {
      let status = try output(
        of: ["gpgv", "--keyring", keyring, "--status-fd", "1", file], environment: environment)
      return String(decoding: status, as: UTF8.self).contains("[GNUPG:] VALIDSIG")
    } catch is ToolFailure {
      return false
    }
  }
}
