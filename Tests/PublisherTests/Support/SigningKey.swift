// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A throwaway key and GnuPG's directory for it.
final class SigningKey: Sendable {
  private let scratch: ScratchDirectory
  /// The public key in gpgv's form.
  let keyring: String
  /// Of the primary key.
  let fingerprint: String

  /// GnuPG's directory.
  var home: String { scratch.path("home") }

  init() throws {
    scratch = try ScratchDirectory()
    try FileManager.default.createDirectory(
      atPath: scratch.path("home"), withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700])
    let gpg = ["gpg", "--homedir", scratch.path("home"), "--batch", "--quiet"]
    let user = "test@example.org"
    try output(
      of: gpg + ["--passphrase", "", "--quick-generate-key", user, "ed25519", "sign", "never"])
    keyring = scratch.path("keyring.gpg")
    try scratch.write(output(of: gpg + ["--export"]), to: "keyring.gpg")
    let list = String(decoding: try output(of: gpg + ["--with-colons", "-k"]), as: UTF8.self)
    let line = list.split(separator: "\n").first { $0.hasPrefix("fpr:") }
    fingerprint = line.map { String($0.split(separator: ":").last ?? "") } ?? ""
  }

  deinit { _ = try? output(of: ["gpgconf", "--homedir", home, "--kill", "all"]) }

  private func sign(_ how: [String], _ text: [UInt8]) throws -> [UInt8] {
    try output(
      of: ["gpg", "--homedir", home, "--batch", "--quiet"] + how + ["--output", "-"], input: text)
  }

  /// `text` as a cleartext-signed message.
  func clearSigned(_ text: String) throws -> [UInt8] {
    try sign(["--clearsign"], Array(text.utf8))
  }

  /// A signature of `text` apart from it.
  func detached(_ text: String) throws -> [UInt8] {
    try sign(["--armor", "--detach-sign"], Array(text.utf8))
  }
}
