// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// A real apt of its own, made by scripts/make-client.
struct AptClient {
  static let repository: String = {
    let steps = "Tests/Interop/Tests/InteropTests/AptClient.swift"
    return String(#filePath.dropLast(steps.count))
  }()

  let directory: String

  /// A client with these source lines. It is of amd64 whatever the machine is, for the packages are.
  init(_ sources: String..., pieces: Bool = false) throws {
    directory = try Scratch.directory("client")
    let conf = "\(directory).conf"
    try Files.write(
      """
      #clear APT::Architectures;
      APT::Architecture "amd64";
      APT::Architectures { "amd64"; };

      """, to: conf)
    var options = ["--conf", conf]
    if pieces { options += ["--conf", "\(Self.repository)/examples/apt/99archive-tool-pieces"] }
    try Command(["\(Self.repository)/scripts/make-client"] + options + [directory] + sources)
      .check()
  }

  /// Runs apt-get; any warning is a failure.
  func get(_ arguments: String..., at place: SourceLocation = #_sourceLocation) throws {
    let outcome = try run(["apt-get", "--quiet", "--yes"] + arguments)
    let lines = (outcome.output + outcome.errors).split(separator: "\n")
    let complaints = lines.filter {
      $0.hasPrefix("W:") || $0.hasPrefix("E:") || $0.hasPrefix("Err:")
    }
    #expect(outcome.status == 0 && complaints == [], "\(outcome)", sourceLocation: place)
  }

  func run(_ arguments: [String]) throws -> Outcome {
    try Command(
      arguments, environment: ["APT_CONFIG": "\(directory)/apt.conf"], directory: directory
    ).run()
  }

  /// Updates, fetches packages without installing them, and compares them with the pool. Returns what
  /// apt asked for, with all fields.
  @discardableResult
  func fetch(
    _ packages: [DebianPackage], of archive: ArchiveFixture,
    at place: SourceLocation = #_sourceLocation
  ) throws -> String {
    try get("update", at: place)
    let install = try run(
      [
        "apt-get", "--quiet", "--yes", "-o", "Debug::Acquire::http=true", "--download-only",
        "install",
      ]
        + packages.map(\.name))
    let lines = (install.output + install.errors).split(separator: "\n")
    let complaints = lines.filter { $0.hasPrefix("W:") || $0.hasPrefix("E:") }
    #expect(install.status == 0 && complaints == [], "\(install)", sourceLocation: place)
    for package in packages {
      let name = package.path.split(separator: "/").last ?? ""
      #expect(
        try Files.read("\(directory)/cache/archives/\(name)")
          == Files.read("\(archive.archive)/\(package.path)"), "\(name)", sourceLocation: place)
    }
    return install.errors + install.output
  }

  /// The files that this client fetched of its sources.
  func lists() -> [String] { Files.names(in: "\(directory)/state/lists") }
}

extension DebianPackage {
  /// What the clients fetch: of several pieces, of one, of another component, for all.
  static let wanted = [
    DebianPackage("fugue"), DebianPackage("canon"),
    DebianPackage("impromptu", component: "contrib"),
    DebianPackage("largo-doc", architecture: "all"),
  ]
}
