// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
private import Glibc
internal import ReleaseTrust
internal import SwarmClient
internal import TorrentMetadata

/// The options that say which archive packages are fetched from, and whom to trust.
struct SourceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("The archive's root, as http://deb.debian.org/debian.", valueName: "url"))
  var mirror: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the indices with pieces are. (default: overlay/ of the mirror, if it is there)",
      valueName: "url"))
  var overlay: String?

  @Option(
    name: .long, help: "The suite, as its directory is called. (default: this system's codename)")
  var suite: String?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Only these components. (default: all that Release names)")
  var component: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Architectures, the preferred one first. (default: this machine's)")
  var architecture: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A keyring of accepted keys; may be repeated. (default: the archive keyring of the system)",
      valueName: "file"),
    completion: .file(extensions: ["gpg", "pgp"]))
  var keyring: [String] = []

  @Flag(name: .long, help: "Accept a suite that nobody signed, and do not look at signatures.")
  var allowUnsigned = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where indices are kept. (default: $XDG_CACHE_HOME/archive-tool, ~/.cache/archive-tool)",
      valueName: "directory"),
    completion: .directory)
  var cache: String?

  /// Where to look for packages that name no suite of their own.
  ///
  /// - Throws: `ArchiveError` (EX_USAGE) for what cannot be a URL or suite.
  func settings() throws(ArchiveError) -> IndexSettings {
    var trust = TrustPolicy(
      keyrings: keyring.isEmpty ? [ArchiveOptions.systemKeyring] : keyring,
      allowUnsigned: allowUnsigned)
    trust.expiryAdvice = "the mirror is no longer updated, or somebody replays it: try another one"
    var settings = IndexSettings(
      mirror: try Self.url(mirror, "--mirror"), suite: try defaultSuite(), components: component,
      architectures: architecture.isEmpty ? [Self.machine] : architecture, trust: trust,
      cache: try directory())
    if let overlay { settings.overlay = try Self.url(overlay, "--overlay") }
    return settings
  }

  private func defaultSuite() throws(ArchiveError) -> String {
    if let suite { return try Self.checked(suite: suite) }
    return try Self.codename()
  }

  private func directory() throws(ArchiveError) -> String {
    if let cache { return cache }
    return try Self.defaultCache()
  }

  /// A suite is a path: nothing of it may lead elsewhere.
  ///
  /// - Throws: `ArchiveError` (EX_USAGE).
  static func checked(suite: String) throws(ArchiveError) -> String {
    do { return try ArchivePath(suite).string } catch {
      throw ArchiveError(.usage, "'\(suite)' is no suite: \(error)")
    }
  }

  private static func url(_ text: String, _ option: String) throws(ArchiveError) -> AbsoluteURL {
    guard let url = AbsoluteURL(text), HTTPURL(url) != nil else {
      throw ArchiveError(
        .usage, "\(option): expected an http or https URL without a user, found '\(text)'",
        advice: "write it as http://deb.debian.org/debian")
    }
    return url
  }

  private static func codename() throws(ArchiveError) -> String {
    let advice = "name it by --suite"
    guard let file = try? Descriptor.open("/etc/os-release"),
      let text = try? file.readAll(limit: 64 << 10)
    else { throw ArchiveError(.usage, "which suite?", advice: advice) }
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("VERSION_CODENAME=") {
      return try checked(suite: line.drop { $0 != "=" }.dropFirst().filter { $0 != "\"" })
    }
    throw ArchiveError(.usage, "which suite? /etc/os-release has no codename", advice: advice)
  }

  private static func defaultCache() throws(ArchiveError) -> String {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    if let cache = variable("XDG_CACHE_HOME") { return "\(cache)/archive-tool" }
    if let home = variable("HOME") { return "\(home)/.cache/archive-tool" }
    throw ArchiveError(.usage, "where are indices kept?", advice: "name a directory by --cache")
  }

  /// What Debian calls the machine that this program was built for.
  private static var machine: String {
    #if arch(x86_64)
      "amd64"
    #elseif arch(arm64)
      "arm64"
    #elseif arch(i386)
      "i386"
    #elseif arch(powerpc64le)
      "ppc64el"
    #elseif arch(s390x)
      "s390x"
    #elseif arch(riscv64)
      "riscv64"
    #else
      "armhf"
    #endif
  }
}
