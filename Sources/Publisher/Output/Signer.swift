// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PackagesParser
private import Subprocess

/// Signs a Release by the operator's command, and looks at what came out.
struct Signer: Sendable {
  private let command: [String]

  /// Nil when the settings name neither a key nor a command.
  init?(_ settings: SuiteSettings) {
    if let text = settings.signCommand {
      command = ["-c", "\(text) \"$@\"", "sign"]
    } else if let key = settings.signKey {
      let gpg = "gpg --batch --yes --quiet --local-user \"$1\""
      let script =
        "\(gpg) --clearsign -o \"$3\" \"$2\" && \(gpg) --armor --detach-sign -o \"$4\" \"$2\""
      command = ["-c", script, "sign", key]
    } else {
      return nil
    }
  }

  /// Makes `InRelease` and `Release.gpg` beside `Release` in `directory`.
  ///
  /// - Throws: `ArchiveError` (EX_UNAVAILABLE) when the command fails or signs something else.
  func sign(directory: String) async throws {
    let release = "\(directory)/Release"
    let inRelease = "\(directory)/InRelease"
    try DescriptorLimit.require(
      DescriptorLimit.processDescriptors, to: "run the sign command for", release)
    let output: String
    do {
      let result = try await run(
        .name("sh"),
        arguments: Arguments(command + [release, inRelease, "\(directory)/Release.gpg"]),
        output: .discarded, error: .string(limit: 1 << 20))
      output = result.standardError
      guard result.terminationStatus.isSuccess else { throw failure("failed: \(output)") }
    } catch let error as ArchiveError {
      throw error
    } catch {
      throw failure("could not run: \(error)")
    }
    try check(release: release, inRelease: inRelease)
    for name in ["InRelease", "Release.gpg"] {
      try Descriptor.open("\(directory)/\(name)").synchronize()
    }
  }

  private func check(release: String, inRelease: String) throws {
    let limit = 2 * ParserLimits().releaseBytes
    guard exists(inRelease) else { throw failure("made no InRelease") }
    let signed = try ClearSigned(
      try Descriptor.open(inRelease).readAll(limit: limit), file: inRelease
    ).text
    guard try Descriptor.open(release).readAll(limit: limit) == signed else {
      throw failure("made an InRelease of another text than Release")
    }
    guard exists(release + ".gpg") else { throw failure("made no Release.gpg") }
  }

  private func failure(_ what: String) -> ArchiveError {
    let line = what.split(separator: "\n").prefix(3).joined(separator: " / ")
    return ArchiveError(
      .unavailable, "the sign command \(line)",
      advice: "see Sign-Key and Sign-Command; nothing was published")
  }
}
