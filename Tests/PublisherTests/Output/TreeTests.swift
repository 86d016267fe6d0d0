// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Glibc
import Testing

@testable import Publisher

@Suite("A tree of links")
struct LinkedTreeTests {
  private let scratch: ScratchDirectory
  private var tree = LinkedTree()

  init() throws {
    scratch = try ScratchDirectory()
    try scratch.write("release", to: "old/Release")
    try scratch.write("packages", to: "old/main/binary-amd64/Packages")
    try scratch.write("hash", to: "old/main/binary-amd64/by-hash/SHA256/00")
    try scratch.link("old/main/current", to: "binary-amd64")
    try scratch.link("old/dangling", to: "nowhere")
  }

  private func inode(_ name: String) -> UInt64? {
    var status = stat()
    return lstat(scratch.path(name), &status) == 0 ? UInt64(status.st_ino) : nil
  }

  private mutating func link(skipping skipped: Set<String> = []) throws {
    try tree.link(scratch.path("old"), to: scratch.path("new"), skipping: skipped)
  }

  private func isUnchanged() throws -> Bool { try tree.isUnchanged(scratch.path("old")) }

  @Test("has the same inodes, and links where there are links")
  mutating func inodes() throws {
    try link()
    for name in ["Release", "main/binary-amd64/Packages", "main/binary-amd64/by-hash/SHA256/00"] {
      #expect(inode("new/\(name)") != nil)
      #expect(inode("new/\(name)") == inode("old/\(name)"))
    }
    #expect(linkTarget(scratch.path("new/main/current")) == "binary-amd64")
    #expect(linkTarget(scratch.path("new/dangling")) == "nowhere")
    #expect(inode("new/main") != inode("old/main"))
    #expect(try isUnchanged())
  }

  @Test("leaves out what it is told to, and keeps watch over that as well")
  mutating func skips() throws {
    try link(skipping: ["Release", "main/binary-amd64/Packages", "main/current"])
    #expect(try scratch.names("new") == ["dangling", "main"])
    #expect(try scratch.names("new/main") == ["binary-amd64"])
    #expect(try scratch.names("new/main/binary-amd64") == ["by-hash"])
    #expect(try isUnchanged())
    try scratch.write("other!!", to: "old/Release")
    #expect(try !isUnchanged())
  }

  @Test("does not take linking for a change")
  mutating func linking() throws {
    try link()
    try scratch.write("x", to: "elsewhere/.keep")
    try Publisher.link(scratch.path("old/Release"), as: scratch.path("elsewhere/Release"))
    #expect(try isUnchanged())
  }

  private static let writers: [@Sendable (ScratchDirectory) throws -> Void] = [
    { try $0.write("release, longer", to: "old/Release") },
    { try $0.write("x", to: "old/main/new") },
    { try FileManager.default.removeItem(atPath: $0.path("old/Release")) },
    { try FileManager.default.removeItem(atPath: $0.path("old/main")) },
    {
      // Same bytes and size, another inode: as a mirror sync replaces a file.
      try $0.write("release", to: "old/.Release.tmp")
      try move($0.path("old/.Release.tmp"), to: $0.path("old/Release"))
    },
    { scratch in
      try FileManager.default.removeItem(atPath: scratch.path("old/dangling"))
      try scratch.link("old/dangling", to: "elsewhere")
    },
    { try move($0.path("old/Release"), to: $0.path("old/Release2")) },
  ]

  @Test("sees that someone wrote to the old one meanwhile", arguments: writers.indices)
  mutating func concurrentWrite(index: Int) throws {
    try link()
    try Self.writers[index](scratch)
    #expect(try !isUnchanged())
  }

  @Test("sees a change that left size and name, by its time")
  mutating func sameSize() throws {
    try link()
    var times = [timespec(tv_sec: 5, tv_nsec: 0), timespec(tv_sec: 5, tv_nsec: 1)]
    #expect(utimensat(AT_FDCWD, scratch.path("old/Release"), &times, 0) == 0)
    #expect(try !isUnchanged())
  }
}

@Suite("Changes of the tree in one step")
struct StepTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test("exchange two directories")
  func exchanges() throws {
    try scratch.write("a", to: "a/file")
    try scratch.write("b", to: "b/file")
    try exchange(scratch.path("a"), scratch.path("b"))
    #expect(scratch.text("a/file") == "b")
    #expect(scratch.text("b/file") == "a")
  }

  @Test("exchange nothing where one is missing")
  func exchangeMissing() throws {
    try scratch.write("a", to: "a/file")
    let error = try failure(of: { try exchange(scratch.path("a"), scratch.path("b")) })
    #expect(error?.code == .noInput)
    #expect(scratch.text("a/file") == "a")
  }

  @Test("move a link, whatever it pointed at")
  func replacesLink() throws {
    try scratch.write("a", to: "a/file")
    let path = scratch.path("link")
    try replaceLink(path, target: "a")
    #expect(scratch.text("link/file") == "a")
    try replaceLink(path, target: "nowhere")
    #expect(linkTarget(path) == "nowhere")
    try replaceLink(path, target: "nowhere")
    #expect(try scratch.names() == ["a", "link"])
  }

  @Test("move a link so that it is never missing")
  func neverMissing() async throws {
    let path = scratch.path("link")
    try scratch.write("a", to: "a/file")
    try scratch.write("b", to: "b/file")
    try replaceLink(path, target: "a")
    let seen = Task.detached { [scratch] in
      var missing = 0
      while !Task.isCancelled {
        if scratch.text("link/file") == nil { missing += 1 }
      }
      return missing
    }
    for step in 0..<2000 { try replaceLink(path, target: step.isMultiple(of: 2) ? "b" : "a") }
    seen.cancel()
    #expect(await seen.value == 0)
  }

  @Test("move a link over what a killed run left")
  func leftover() throws {
    try scratch.link("link.new", to: "stale")
    try replaceLink(scratch.path("link"), target: "a")
    #expect(linkTarget(scratch.path("link")) == "a")
    #expect(try scratch.names() == ["link"])
  }

  @Test("do not move a link over a directory")
  func overDirectory() throws {
    try scratch.write("a", to: "a/file")
    #expect(try failure(of: { try replaceLink(scratch.path("a"), target: "b") }) != nil)
    #expect(try scratch.names() == ["a"])
    #expect(scratch.text("a/file") == "a")
  }

  @Test("link a file into directories that are made for it, once")
  func links() throws {
    try scratch.write("a", to: "a")
    try Publisher.link(scratch.path("a"), as: scratch.path("x/y/z"))
    try Publisher.link(scratch.path("a"), as: scratch.path("x/y/z"))
    #expect(scratch.text("x/y/z") == "a")
    let error = try failure(of: { try Publisher.link(scratch.path("none"), as: scratch.path("b")) })
    #expect(error?.code == .noInput)
  }
}
