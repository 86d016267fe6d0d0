// SPDX-License-Identifier: Apache-2.0

import Foundation
import SwarmClient
import Testing

@Suite("Versions are ordered") struct DebianVersionTests {
  @Test(
    "as Debian policy 5.6.12 orders them",
    arguments: [
      ("1.0", "1.1"), ("1.9", "1.10"), ("1.0~rc1", "1.0"), ("1.0~rc1", "1.0~rc2"), ("1.0", "1.0a"),
      ("1.0a", "1.0+b"), ("2.0", "1:0.1"), ("1.0-1", "1.0-2"), ("1.0-1", "1.0-1+deb12u1"),
      ("1.0-1~bpo11", "1.0-1"), ("1.0~~", "1.0~~a"), ("1.0~~a", "1.0~"), ("1.2-3-1", "1.2-3-2"),
    ])
  func order(lower: String, higher: String) {
    #expect(DebianVersion(lower) < DebianVersion(higher))
    #expect(!(DebianVersion(higher) < DebianVersion(lower)))
  }

  @Test(
    "alike where they differ in zeros alone",
    arguments: [
      ("1.0", "1.00"), ("0:1.0", "1.0"), ("1.0-0", "1.0"), ("1.002", "1.2"),
    ])
  func equal(a: String, b: String) {
    #expect(!(DebianVersion(a) < DebianVersion(b)))
    #expect(!(DebianVersion(b) < DebianVersion(a)))
  }

  @Test("as dpkg orders them")
  func differential() throws {
    let parts = ["0", "1", "9", "10", "a", "z", "~", "+", ".", "-", "1:", "00", "A"]
    var random = SystemRandomNumberGenerator()
    func version() -> String {
      let count = Int.random(in: 1...5, using: &random)
      return (0..<count).reduce("1") { text, _ in
        text + parts[Int.random(in: 0..<parts.count, using: &random)]
      }
    }
    var compared = 0
    while compared < 40 {
      let (a, b) = (version(), version())
      // dpkg warns of what is no version.
      guard let isLess = try dpkg(a, "lt", b), let isMore = try dpkg(a, "gt", b) else { continue }
      compared += 1
      #expect((DebianVersion(a) < DebianVersion(b)) == isLess, "\(a) < \(b)")
      #expect((DebianVersion(b) < DebianVersion(a)) == isMore, "\(a) > \(b)")
    }
  }

  /// What `dpkg --compare-versions` says; nil where it warns.
  private func dpkg(_ a: String, _ relation: String, _ b: String) throws -> Bool? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/dpkg")
    process.arguments = ["--compare-versions", a, relation, b]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return text.isEmpty ? process.terminationStatus == 0 : nil
  }
}
