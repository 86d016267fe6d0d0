// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import ReleaseTrust
import Testing

@testable import Publisher

@Suite("A signed Release")
struct SignedReleaseTests {
  private let key: SigningKey
  private let suite: ScratchDirectory
  private var settings = SuiteSettings()
  private let now = ArchiveDate(seconds: 1_747_500_000)

  init() throws {
    key = try SigningKey()
    suite = try ScratchDirectory()
    settings.keyrings = [key.keyring]
  }

  private func release(head: String = "") throws -> String {
    try TestSuite.release(["main/binary-amd64/Packages": []], head: head)
  }

  private func read(_ settings: SuiteSettings? = nil) async throws -> SignedRelease {
    try await SignedRelease.read(
      directory: suite.path, policy: (settings ?? self.settings).trust, now: now)
  }

  private func refusal(_ settings: SuiteSettings? = nil) async throws -> ArchiveError? {
    try await failure(of: { _ = try await read(settings) })
  }

  @Test("is read from InRelease")
  func inRelease() async throws {
    let text = try release()
    try suite.write(key.clearSigned(text), to: "InRelease")
    let signed = try await read()
    #expect(signed.signers == [key.fingerprint])
    #expect(String(decoding: signed.text, as: UTF8.self) == text)
    #expect(signed.release.codename == "tester")
  }

  @Test("is read from Release and Release.gpg where there is no InRelease")
  func detached() async throws {
    let text = try release()
    try suite.write(text, to: "Release")
    try suite.write(key.detached(text), to: "Release.gpg")
    let signed = try await read()
    #expect(signed.signers == [key.fingerprint])
    #expect(String(decoding: signed.text, as: UTF8.self) == text)
  }

  @Test("is InRelease, whatever a Release beside it says")
  func both() async throws {
    try suite.write(key.clearSigned(release()), to: "InRelease")
    try suite.write("Codename: evil\n", to: "Release")
    #expect(try await read().release.codename == "tester")
  }

  @Test("that was changed is refused")
  func changed() async throws {
    let text = try release()
    try suite.write(text + " ", to: "Release")
    try suite.write(key.detached(text), to: "Release.gpg")
    let error = try await refusal()
    #expect(error?.code == .data)
    #expect(error?.reason == "a signature does not match the text")
    #expect(error?.place == ArchiveError.Place(file: suite.path("Release")))
  }

  @Test("by a key in no keyring is refused, with the key's id")
  func unknownKey() async throws {
    let other = try SigningKey()
    try suite.write(other.clearSigned(release()), to: "InRelease")
    let error = try await refusal()
    #expect(error?.code == .data)
    let id = other.fingerprint.suffix(16)
    #expect(
      error?.reason
        == "not signed by an accepted key (signed by keys that are in no keyring: \(id))")
  }

  @Test("by a key of another keyring is accepted when that is given as well")
  func twoKeyrings() async throws {
    let other = try SigningKey()
    try suite.write(other.clearSigned(release()), to: "InRelease")
    var both = settings
    both.keyrings.append(other.keyring)
    #expect(try await read(both).signers == [other.fingerprint])
  }

  @Test("needs its keyring")
  func noKeyring() async throws {
    try suite.write(key.clearSigned(release()), to: "InRelease")
    var none = settings
    none.keyrings = [suite.path("none.gpg")]
    #expect(try await refusal(none)?.code == .noInput)
  }

  @Test("beside a signature that is none is refused, though gpgv reads nothing of it")
  func noSignature() async throws {
    // More than a pipe holds, so that whoever writes it learns that nobody reads.
    let head = "Description: x\n" + String(repeating: " line\n", count: 50_000)
    try suite.write(release(head: head), to: "Release")
    try suite.write("not a signature", to: "Release.gpg")
    let error = try await refusal()
    #expect(error?.code == .data)
    #expect(error?.place == ArchiveError.Place(file: suite.path("Release")))
  }

  @Test("without signature is refused unless that is allowed")
  func unsigned() async throws {
    try suite.write(release(), to: "Release")
    #expect(
      try await refusal()
        == ArchiveError(
          .data, "the suite has neither InRelease nor Release.gpg",
          at: ArchiveError.Place(file: suite.path("Release")),
          advice: "sign it, or say --allow-unsigned if you mean it"))
    var allowed = settings
    allowed.allowUnsigned = true
    #expect(try await read(allowed).signers == [])
  }

  @Test("that is not there is missing input")
  func missing() async throws {
    #expect(try await refusal()?.code == .noInput)
  }

  @Test("is refused after its Valid-Until, unless that is not checked")
  func expired() async throws {
    let text = try release(head: "Valid-Until: Sat, 17 May 2025 10:00:00 UTC\n")
    try suite.write(key.clearSigned(text), to: "InRelease")
    #expect(
      try await refusal()
        == ArchiveError(
          .data, "the Release was valid until 2025-05-17T10:00:00Z",
          at: ArchiveError.Place(file: suite.path("InRelease"), line: 3),
          advice: "sync the mirror, or set 'Check-Valid-Until: no' for this suite"))
    var unchecked = settings
    unchecked.checkValidUntil = false
    #expect(try await read(unchecked).signers == [key.fingerprint])
  }

  @Test("is good in the last second of its Valid-Until")
  func lastSecond() async throws {
    let text = try release(head: "Valid-Until: Sat, 17 May 2025 16:40:00 UTC\n")
    try suite.write(key.clearSigned(text), to: "InRelease")
    #expect(try await read().release.validUntil == now)
  }
}
