// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import PackagesParser
internal import Publisher
internal import ReleaseTrust
private import Subprocess

/// Looks at the signatures of a published Release, and whether what they cover is its text.
struct SignatureAudit {
  let published: PublishedSuite
  let settings: SuiteSettings
  let operatorKeyrings: [String]
  private(set) var findings: [Finding] = []
  private(set) var notes: [String] = []

  init(_ published: PublishedSuite, settings: SuiteSettings, operatorKeyrings: [String]) {
    self.published = published
    self.settings = settings
    self.operatorKeyrings = operatorKeyrings
  }

  mutating func check(now: ArchiveDate) async throws {
    let combined = try bytes("InRelease"), detached = try bytes("Release.gpg")
    let place = published.path("InRelease")
    if settings.signs {
      for (name, bytes) in [("InRelease", combined), ("Release.gpg", detached)] where bytes == nil {
        findings.append(
          Finding(.signature, published.path(name), "is not there, the configuration signs"))
      }
    }
    if let combined {
      do throws(ArchiveError) {
        let signed = try ClearSigned(combined, file: place).text
        if signed != published.text {
          findings.append(Finding(.signature, place, "signs another text than Release has"))
        }
      } catch {
        findings.append(Finding(.signature, error, file: place))
      }
    }
    guard combined != nil || detached != nil, findings.isEmpty else { return }
    try await checkKeys(combined, hasDetached: detached != nil, now)
  }

  private func bytes(_ name: String) throws(ArchiveError) -> [UInt8]? {
    let limit = 2 * ParserLimits().releaseBytes
    guard let file = try published.open(name) else { return nil }
    return try file.readAll(limit: limit)
  }

  /// Asks gpgv, by the archive's keys in place and by the operator's beside.
  private mutating func checkKeys(
    _ combined: [UInt8]?, hasDetached: Bool, _ now: ArchiveDate
  ) async throws {
    var keyrings = operatorKeyrings
    if published.isInPlace {
      guard !settings.allowUnsigned else { return }
      keyrings += settings.keyrings
    }
    let exported = "\(settings.state)/verify-\(getpid()).gpg"
    defer { unlink(exported) }
    if !published.isInPlace, let key = settings.signKey {
      if try await export(key, to: exported) { keyrings.append(exported) }
    }
    guard !keyrings.isEmpty else {
      notes.append(
        "the overlay's signatures were not verified: whose key it is, --overlay-keyring says")
      return
    }
    let policy = TrustPolicy(keyrings: keyrings, checkValidUntil: false)
    do {
      if let combined {
        _ = try await SignedRelease(
          inRelease: combined, file: published.path("InRelease"), policy: policy, now: now)
      }
      if hasDetached {
        _ = try await SignedRelease(
          release: published.text, file: published.path("Release"),
          signature: "\(published.directory)/Release.gpg", policy: policy, now: now)
      }
    } catch let error as ArchiveError where error.code == .data {
      findings.append(
        Finding(.signature, error.place?.file ?? published.path("Release"), error.reason))
    }
  }

  /// The public half of the operator's key, from where the run that signs has it.
  private mutating func export(_ key: String, to path: String) async throws -> Bool {
    let result = try? await run(
      .name("gpg"), arguments: ["--batch", "--quiet", "--export", key],
      output: .bytes(limit: 1 << 20), error: .discarded)
    guard let result, result.terminationStatus.isSuccess, !result.standardOutput.isEmpty else {
      notes.append("the key \(key) cannot be exported from the keyring of this user")
      return false
    }
    try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
      .write(result.standardOutput)
    return true
  }
}
