// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Foundation
import Ledger
import Testing

@Suite("The lock of a state directory")
struct StateLockTests {
  private let scratch: ScratchDirectory
  private var file: String { "\(scratch.path)/lock" }

  init() throws { scratch = try ScratchDirectory() }

  private func refusal(note: String = "a second one") -> ArchiveError? {
    failure { () throws(ArchiveError) in
      _ = try StateLock(directory: scratch.path, note: note)
    }
  }

  private func busy(_ holder: String) -> ArchiveError {
    ArchiveError(
      .temporary, "another run holds the state directory: \(holder)",
      at: ArchiveError.Place(file: file), advice: "wait for it to end")
  }

  @Test("has one holder, whom the next is told of")
  func secondHolder() throws {
    let lock = try StateLock(directory: scratch.path, note: "archive-tool hash")
    let process = ProcessInfo.processInfo.processIdentifier
    #expect(refusal() == busy("process \(process), archive-tool hash"))
    _ = consume lock
  }

  @Test("goes with its holder")
  func released() throws {
    do { _ = try StateLock(directory: scratch.path, note: "the first") }
    #expect(refusal() == nil)
  }

  @Test("says nothing of an earlier holder with a longer note")
  func overwritten() throws {
    do { _ = try StateLock(directory: scratch.path, note: String(repeating: "long ", count: 20)) }
    let lock = try StateLock(directory: scratch.path, note: "brief")
    let process = ProcessInfo.processInfo.processIdentifier
    #expect(refusal() == busy("process \(process), brief"))
    _ = consume lock
  }

  @Test("may be held by someone who has not said a name yet")
  func unnamed() throws {
    let lock = try StateLock(directory: scratch.path, note: "archive-tool hash")
    try scratch.truncate("lock")
    #expect(refusal() == busy("a process that has not said its name yet"))
    _ = consume lock
  }

  @Test("needs a directory")
  func noDirectory() {
    let error = failure { () throws(ArchiveError) in
      _ = try StateLock(directory: "\(scratch.path)/none", note: "x")
    }
    #expect(error?.code == .noInput)
  }
}

extension ScratchDirectory {
  /// Empties a file without giving it another inode.
  fileprivate func truncate(_ name: String) throws {
    let handle = try #require(FileHandle(forWritingAtPath: "\(path)/\(name)"))
    try handle.truncate(atOffset: 0)
    try handle.close()
  }
}
