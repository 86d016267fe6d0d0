// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Glibc
import Synchronization
import Testing

@Suite("An archive's root")
final class ArchiveRootTests {
  private let scratch: String
  private let root: ArchiveRoot

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/root-XXXXXX").utf8CString)
    let path = try #require(mkdtemp(&template))
    scratch = String(cString: path)
    try FileManager.default.createDirectory(
      atPath: scratch + "/archive/pool", withIntermediateDirectories: true)
    root = try ArchiveRoot(path: scratch + "/archive")
    try write("secret", to: "secret")
    try write("inside", to: "archive/pool/a.deb")
  }

  deinit { try? FileManager.default.removeItem(atPath: scratch) }

  private func write(_ text: String, to path: String) throws {
    try text.write(toFile: "\(scratch)/\(path)", atomically: false, encoding: .utf8)
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(scratch)/archive/\(path)", withDestinationPath: target)
  }

  /// The two ways of opening below the root must agree.
  enum Way: CaseIterable {
    case beneath
    case resolving
  }

  /// What `path` holds; nil when it does not exist.
  private func contents(_ path: String, _ way: Way) throws(ArchiveError) -> String? {
    guard let path = try? ArchivePath(path) else { return nil }
    var status = stat()
    let file =
      switch way {
      case .beneath: try root.open(path)
      case .resolving: try root.openByResolving(path, status: &status)
      }
    guard let file else { return nil }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
    defer { buffer.deallocate() }
    let count = try file.readFully(into: buffer, at: 0)
    return String(decoding: buffer[..<count], as: UTF8.self)
  }

  private func refusal(_ path: String, _ way: Way) -> ArchiveError? {
    do throws(ArchiveError) {
      _ = try contents(path, way)
      return nil
    } catch {
      return error
    }
  }

  @Test("opens files below it", arguments: Way.allCases)
  func regular(way: Way) throws {
    #expect(try contents("pool/a.deb", way) == "inside")
  }

  @Test("follows links that stay below it", arguments: Way.allCases)
  func linksInside(way: Way) throws {
    try link("pool/b.deb", to: "a.deb")
    try link("other", to: "pool")
    try link("pool/up", to: "../pool/a.deb")
    for path in ["pool/b.deb", "other/a.deb", "pool/up"] {
      #expect(try contents(path, way) == "inside")
    }
  }

  /// The kernel gives up on `..` (EAGAIN) when anything anywhere was renamed meanwhile.
  @Test("follows links upwards while others rename", arguments: Way.allCases)
  func linksUpDuringRenames(way: Way) throws {
    try link("pool/up", to: "../pool/../pool/../pool/a.deb")
    let (one, other) = ("\(scratch)/one", "\(scratch)/other")
    try write("", to: "one")
    let isOver = Atomic(false)
    let renaming = Thread {
      while !isOver.load(ordering: .relaxed) {
        _ = rename(one, other)
        _ = rename(other, one)
      }
    }
    renaming.start()
    defer { isOver.store(true, ordering: .relaxed) }
    for _ in 0..<20_000 {
      guard try contents("pool/up", way) == "inside" else {
        Issue.record("it is not found")
        return
      }
    }
  }

  @Test("refuses links that lead out of it", arguments: Way.allCases)
  func linksOutside(way: Way) throws {
    try link("file", to: "../secret")
    try link("directory", to: "..")
    try link("twice", to: "file")
    try link("absolute", to: "\(scratch)/secret")
    for path in ["file", "directory/secret", "twice", "absolute"] {
      let error = refusal(path, way)
      #expect(error?.code == .data)
      #expect(error?.reason == "a symbolic link leads out of the archive")
      #expect(error?.place?.file == "\(root.path)/\(path)")
    }
  }

  @Test("refuses a neighbour whose name begins like its own", arguments: Way.allCases)
  func neighbour(way: Way) throws {
    try FileManager.default.createDirectory(
      atPath: scratch + "/archive-2", withIntermediateDirectories: true)
    try write("secret", to: "archive-2/file")
    try link("next", to: "../archive-2/file")
    #expect(refusal("next", way)?.code == .data)
  }

  @Test("is not taken for another that Unicode calls equal", arguments: Way.allCases)
  func equalNames(way: Way) throws {
    for name in ["e\u{301}", "\u{E9}"] {
      try FileManager.default.createDirectory(
        atPath: "\(scratch)/\(name)", withIntermediateDirectories: true)
    }
    try write("secret", to: "\u{E9}/file")
    try FileManager.default.createSymbolicLink(
      atPath: "\(scratch)/e\u{301}/link", withDestinationPath: "../\u{E9}/file")
    let other = try ArchiveRoot(path: "\(scratch)/e\u{301}")
    let path = try ArchivePath("link")
    #expect(throws: ArchiveError.self) {
      var status = stat()
      switch way {
      case .beneath: _ = try other.open(path)
      case .resolving: _ = try other.openByResolving(path, status: &status)
      }
    }
  }

  @Test("knows what does not exist", arguments: Way.allCases)
  func missing(way: Way) throws {
    try link("dangling", to: "nowhere")
    for path in ["none", "pool/none", "none/a", "pool/a.deb/x", "dangling"] {
      #expect(try contents(path, way) == nil)
    }
  }

  @Test(
    "refuses what is no regular file, without waiting for a FIFO's writer",
    arguments: Way.allCases)
  func special(way: Way) throws {
    #expect(mkfifo(scratch + "/archive/fifo", 0o600) == 0)
    for path in ["fifo", "pool"] {
      let error = refusal(path, way)
      #expect(error?.reason == "expected a regular file")
      #expect(error?.code == .data)
    }
  }

  @Test("refuses a circle of links", arguments: Way.allCases)
  func circle(way: Way) throws {
    try link("a", to: "b")
    try link("b", to: "a")
    #expect(refusal("a", way)?.code == .data)
  }

  @Test("is itself found through links")
  func rootLink() throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch + "/mirror", withDestinationPath: "archive")
    let other = try ArchiveRoot(path: scratch + "/mirror")
    #expect(other.path == root.path)
    let path = try ArchivePath("pool/a.deb")
    #expect(try other.open(path) != nil)
    #expect(other.absolute(path) == "\(root.path)/pool/a.deb")
  }

  @Test("is a directory that exists")
  func noRoot() {
    for path in ["\(scratch)/none", "\(scratch)/secret"] {
      do throws(ArchiveError) {
        _ = try ArchiveRoot(path: path)
        Issue.record("\(path) was opened")
      } catch {
        #expect(error.code == .noInput)
      }
    }
  }

  @Test("tells a file's status, or that there is none")
  func status() throws {
    let path = try ArchivePath("pool/a.deb")
    let before = try #require(root.status(path))
    #expect(before.size == ByteCount(6))
    #expect(root.status(try ArchivePath("none")) == nil)
    try write("INSIDE", to: "archive/pool/a.deb")
    #expect(root.status(path) != before)
  }
}
