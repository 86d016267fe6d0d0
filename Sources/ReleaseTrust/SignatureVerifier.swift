// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
private import CLinux
private import Glibc
private import Subprocess

#if canImport(System)
  private import System
#else
  private import SystemPackage
#endif

/// Asks gpgv whether a signature is good.
struct SignatureVerifier: Sendable {
  /// Keyrings in gpgv's form, each an accepted set of keys.
  let keyrings: [String]

  /// The fingerprints of the primary keys that signed `message`: clear-signed, or detached in the
  /// file `signature`. Never empty.
  ///
  /// - Throws: `UnacceptedSigner` when no accepted key signed it; `ArchiveError`: EX_DATAERR when a
  ///   signature is bad, EX_UNAVAILABLE when gpgv cannot be run.
  func signers(of message: [UInt8], file: String, signature: String?) async throws -> Set<String> {
    var arguments = ["--status-fd", "1"]
    // gpgv looks for names without a slash in its own directory.
    for keyring in keyrings {
      arguments += ["--keyring", keyring.contains("/") ? keyring : "./\(keyring)"]
    }
    arguments += signature.map { [$0, "-"] } ?? ["-"]
    try DescriptorLimit.require(DescriptorLimit.processDescriptors, to: "run", "gpgv")
    let input = try Self.memoryFile(message)
    defer { withExtendedLifetime(input) {} }
    let status: String
    let complaints: String
    do {
      let result = try await run(
        Self.gpgv, arguments: Arguments(arguments),
        input: .fileDescriptor(
          FileDescriptor(rawValue: input.number), closeAfterSpawningProcess: false),
        output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
      status = result.standardOutput
      complaints = result.standardError
    } catch {
      throw ArchiveError(
        .unavailable, "cannot run gpgv: \(error)", advice: "install the package gpgv")
    }
    let verdict = GpgvStatus(status)
    let place = ArchiveError.Place(file: file)
    if verdict.hasBadSignature {
      throw ArchiveError(
        .data, "a signature does not match the text", at: place,
        advice: "the file was changed after it was signed: sync again, or find out who changed it")
    }
    guard !verdict.signers.isEmpty else {
      let keys = verdict.missingKeys.joined(separator: ", ")
      let why =
        if !verdict.expired.isEmpty {
          "signed only by expired or revoked keys"
        } else if keys
          .isEmpty
        { "no signature: \(complaints.split(separator: "\n").last ?? "gpgv says nothing")" } else {
          "signed by keys that are in no keyring: \(keys)"
        }
      throw UnacceptedSigner(
        error: ArchiveError(
          .data, "not signed by an accepted key (\(why))", at: place,
          advice:
            "accepted keys are in \(keyrings.joined(separator: ", ")); name others by --keyring"))
    }
    return verdict.signers
  }

  /// Found here, because Subprocess starts a process for each directory of PATH that it might be in.
  private static var gpgv: Executable {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    for directory in path.split(separator: ":") where directory.hasPrefix("/") {
      let file = "\(directory)/gpgv"
      if access(file, X_OK) == 0 { return .path(FilePath(file)) }
    }
    return .name("gpgv")
  }

  /// A file of `bytes`, read from its start. Not a pipe: gpgv may end before it has read all, and
  /// a pipe that breaks under it brings Subprocess down.
  private static func memoryFile(_ bytes: [UInt8]) throws(ArchiveError) -> Descriptor {
    let number = archive_memory_file("signed message")
    guard number >= 0 else { throw .system(errno, "create", "a file in memory") }
    let file = Descriptor(owning: number, path: "a file in memory")
    try file.write(bytes)
    guard lseek(number, 0, SEEK_SET) == 0 else { throw .system(errno, "read", file.path) }
    return file
  }
}

/// Nobody whom we accept signed it, but nothing says that it was changed.
package struct UnacceptedSigner: Error {
  package let error: ArchiveError
}
