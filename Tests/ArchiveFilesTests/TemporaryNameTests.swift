// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import Foundation
import Glibc
import Testing

@Suite("What a killed process was writing")
struct TemporaryNameTests {
  private let directory: String

  init() throws {
    directory = NSTemporaryDirectory() + "TemporaryNameTests.\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  private func make(_ names: String...) throws {
    for name in names {
      try Data().write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
    }
  }

  private func remaining() throws -> [String] {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }

  /// A process that has ended, and that nobody asks for any more.
  private func gone() throws -> pid_t {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    return process.processIdentifier
  }

  @Test("is removed, and what lives is not")
  func abandoned() throws {
    let gone = try gone()
    try make("a.torrent.\(gone).new", "b.torrent.\(getpid()).new", "c.torrent")
    TemporaryName.removeAbandoned(in: directory)
    #expect(try remaining() == ["b.torrent.\(getpid()).new", "c.torrent"])
  }

  @Test("is told from what others named alike")
  func foreign() throws {
    let gone = try gone()
    let names = [
      ".\(gone).new", "a.-\(gone).new", "a.0.new", "a.new", "a.x.new", "notes.txt.\(gone).new",
    ]
    for name in names { try make(name) }
    TemporaryName.removeAbandoned(in: directory) { $0.hasSuffix(".torrent") || $0 == "a" }
    #expect(try remaining() == names.sorted())
  }

  @Test("is written under a name with this process's number")
  func name() {
    #expect(TemporaryName.of("/srv/a.torrent") == "/srv/a.torrent.\(getpid()).new")
  }
}
