// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Testing

/// The quickstart, which checks itself what it shows: an archive of real packages, and a real apt.
@Suite struct QuickstartTests {
  /// The packages come from the machine's own apt sources, the first time; later from here.
  private static let cache: String = {
    let environment = ProcessInfo.processInfo.environment
    let caches = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "/tmp")/.cache"
    return "\(caches)/archive-tool-tests/packages"
  }()

  @Test func goesThroughAndAgain() throws {
    let directory = try Scratch.directory("quickstart")
    try Files.makeDirectory(Self.cache)
    try Files.link("\(directory)/cache", to: Self.cache)
    var environment = ProcessInfo.processInfo.environment
    environment["ARCHIVE_TOOL"] = Tool.path
    let command = Command(
      ["\(AptClient.repository)/examples/quickstart", "--dir", directory],
      environment: environment)
    for attempt in ["first", "second"] {
      let outcome = try command.run(within: .seconds(400))
      #expect(outcome.status == 0, "the \(attempt) time: \(outcome)")
      #expect(outcome.output.contains("== Done"), "\(outcome)")
    }
    let set = try PublishedSet("\(directory)/overlay/dists/bookworm")
    #expect(try set.defects(signedBy: nil) == [])
    Scratch.remove(directory)
  }
}
