// SPDX-License-Identifier: Apache-2.0

/// Throwaway keys without passphrase, in one GNUPGHOME for all tests of a process.
public struct Keys: Sendable {
  /// One key: who signs by it, and how others check that.
  public struct Key: Sendable {
    public let fingerprint: String
    /// A keyring for gpgv that holds this key alone.
    public let keyring: String
  }

  public let home: String
  /// Signs the archives.
  public let archive: Key
  /// Signs overlays.
  public let operator_: Key
  /// Is in nobody's keyring.
  public let foreign: Key
  /// Was good for a day, years ago.
  public let expired: Key

  /// Made once.
  public static func shared() throws -> Keys { try made.get() }

  private static let made = Result { try Keys() }
  /// A day on which the expired key was good.
  private static let past = "20200101T120000"

  private init() throws {
    let home = "\(Scratch.root)/gnupg"
    try Command("mkdir", "-m", "700", home).check()
    func make(_ name: String, _ options: [String] = [], expires: String = "never") throws -> Key {
      let gpg = ["gpg", "--homedir", home, "--batch", "--quiet", "--no-tty"]
      let user = "\(name) <\(name)@localhost>"
      try Command(
        gpg + options
          + ["--passphrase", "", "--quick-generate-key", user, "ed25519", "sign", expires]
      ).check()
      let list = try Command(gpg + ["--list-keys", "--with-colons", "=" + user]).check()
      let lines = String(decoding: list, as: UTF8.self).split(separator: "\n")
      guard let line = lines.first(where: { $0.hasPrefix("fpr:") }) else {
        throw FixtureError("gpg lists no key of \(user)")
      }
      let fingerprint = String(line.split(separator: ":")[1])
      let keyring = "\(Scratch.root)/\(name).gpg"
      try Command(gpg + ["--output", keyring, "--export", fingerprint]).check()
      return Key(fingerprint: fingerprint, keyring: keyring)
    }
    self.home = home
    archive = try make("archive")
    operator_ = try make("operator")
    foreign = try make("foreign")
    expired = try make("expired", ["--faked-system-time", Self.past], expires: "1d")
  }

  /// Makes `InRelease` and `Release.gpg` beside `Release` in `directory`.
  public func sign(_ directory: String, by signers: [Key]) throws {
    guard !signers.isEmpty else { return }
    var gpg = ["gpg", "--homedir", home, "--batch", "--quiet", "--no-tty", "--yes"]
    if signers.contains(where: { $0.fingerprint == expired.fingerprint }) {
      gpg += ["--faked-system-time", Self.past, "--ignore-time-conflict", "--ignore-valid-from"]
    }
    for signer in signers { gpg += ["--local-user", signer.fingerprint] }
    let release = "\(directory)/Release"
    try Command(gpg + ["--output", "\(directory)/InRelease", "--clearsign", release]).check()
    try Command(
      gpg + ["--output", "\(release).gpg", "--armor", "--detach-sign", release]
    ).check()
  }
}
