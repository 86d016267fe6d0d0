// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Glibc
import Testing

@testable import Publisher
@testable import ReleaseTrust

@Suite("The signing of a Release")
struct SignerTests {
  private static let release = "Origin: Test\n--- dashes\nSuite: stable\n"
  private let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
    try scratch.write(Self.release, to: "Release")
  }

  /// Signs by the script `script`, whose arguments are Release, InRelease and Release.gpg.
  private func sign(_ script: String) async throws {
    try scratch.write("set -e\n\(script)\n", to: "script")
    var settings = SuiteSettings()
    settings.signCommand = "sh '\(scratch.path("script"))'"
    try await #require(Signer(settings)).sign(directory: scratch.path)
  }

  private func refusal(_ script: String) async throws -> ArchiveError? {
    try await failure(of: { try await sign(script) })
  }

  private func error(_ what: String) -> ArchiveError {
    ArchiveError(
      .unavailable, "the sign command \(what)",
      advice: "see Sign-Key and Sign-Command; nothing was published")
  }

  private func commands(_ key: SigningKey) -> String {
    let gpg = "gpg --homedir '\(key.home)' --batch --quiet"
    return "\(gpg) --clearsign -o \"$2\" \"$1\"\n\(gpg) --armor --detach-sign -o \"$3\" \"$1\""
  }

  @Test("is nobody's without a key or a command")
  func none() {
    #expect(Signer(SuiteSettings()) == nil)
    #expect(!SuiteSettings().signs)
  }

  @Test("by a command makes InRelease and Release.gpg that gpgv calls good")
  func command() async throws {
    let key = try SigningKey()
    try await sign(commands(key))
    try output(of: ["gpgv", "--keyring", key.keyring, scratch.path("InRelease")])
    try output(
      of: [
        "gpgv", "--keyring", key.keyring, scratch.path("Release.gpg"), scratch.path("Release"),
      ])
    #expect(scratch.text("Release") == Self.release)
  }

  @Test("by a key asks gpg for it")
  func key() async throws {
    let key = try SigningKey()
    // In a process of its own, because gpg finds its directory by the environment.
    await #expect(processExitsWith: .success) {
      [
        home = key.home as String, fingerprint = key.fingerprint as String,
        path = scratch.path as String
      ] in
      setenv("GNUPGHOME", home, 1)
      var settings = SuiteSettings()
      settings.signKey = fingerprint
      try await #require(Signer(settings)).sign(directory: path)
    }
    let status = try output(
      of: [
        "gpgv", "--status-fd", "1", "--keyring", key.keyring, scratch.path("InRelease"),
      ])
    #expect(GpgvStatus(text(status)).signers == [key.fingerprint])
    try output(
      of: [
        "gpgv", "--keyring", key.keyring, scratch.path("Release.gpg"), scratch.path("Release"),
      ])
  }

  @Test("replaces signatures that stand there")
  func replaces() async throws {
    let key = try SigningKey()
    try scratch.write("old", to: "InRelease")
    try scratch.write("old", to: "Release.gpg")
    try await sign("rm -f \"$2\" \"$3\"\n" + commands(key))
    try output(of: ["gpgv", "--keyring", key.keyring, scratch.path("InRelease")])
  }

  @Test("by a command that fails is refused with what it said")
  func fails() async throws {
    let refusal = try await refusal("echo 'no secret key' >&2; echo 'try another' >&2; exit 2")
    #expect(refusal == error("failed: no secret key / try another"))
  }

  @Test("by a command that does not exist is refused")
  func noCommand() async throws {
    var settings = SuiteSettings()
    settings.signCommand = "/nonexistent/sign"
    let signer = try #require(Signer(settings))
    let refusal = try await failure(of: { try await signer.sign(directory: scratch.path) })
    #expect(refusal?.code == .unavailable)
  }

  @Test("by a command that makes nothing is refused")
  func nothing() async throws {
    #expect(try await refusal("true") == error("made no InRelease"))
  }

  @Test("of another text is refused")
  func anotherText() async throws {
    let key = try SigningKey()
    let other = "sed -i s/stable/evil/ \"$1.other\"\n"
    let script =
      "cp \"$1\" \"$1.other\"\n\(other)mv \"$1.other\" \"$1.x\"\n"
      + commands(key).replacing("\"$1\"", with: "\"$1.x\"")
    #expect(
      try await refusal(script) == error("made an InRelease of another text than Release"))
  }

  @Test("of a text that was changed behind our back is refused")
  func changedRelease() async throws {
    let key = try SigningKey()
    #expect(
      try await refusal(commands(key) + "\necho 'Evil: yes' >> \"$1\"")
        == error("made an InRelease of another text than Release"))
  }

  @Test("that leaves no Release.gpg is refused")
  func noDetached() async throws {
    let key = try SigningKey()
    #expect(
      try await refusal(commands(key) + "\nrm \"$3\"") == error("made no Release.gpg"))
  }

  @Test("that leaves something else than a clear-signed message is refused")
  func noMessage() async throws {
    let refusal = try await refusal("cp \"$1\" \"$2\"; cp \"$1\" \"$3\"")
    #expect(refusal?.place?.file == scratch.path("InRelease"))
  }
}
