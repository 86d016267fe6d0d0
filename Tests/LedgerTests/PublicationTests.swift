// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import Testing

@Suite("A publication in the ledger")
struct PublicationTests {
  private let ledger: Ledger
  private let suite: SuiteRecord

  init() throws {
    ledger = try Ledger(seed: 1)
    suite = try ledger.suite(origin: "Test", name: "tester")
  }

  private func publication(_ name: String) throws -> Publication {
    try Publication(
      fingerprint: content("fingerprint of \(name)").sha256,
      release: content("release of \(name)").sha256)
  }

  @Test("is the last one of its suite and output")
  func last() throws {
    #expect(try ledger.publication(of: suite, output: "/a") == nil)
    try ledger.record(publication("one"), of: suite, output: "/a")
    try ledger.record(publication("two"), of: suite, output: "/a")
    try ledger.record(publication("three"), of: suite, output: "/b")
    #expect(try ledger.publication(of: suite, output: "/a") == publication("two"))
    #expect(try ledger.publication(of: suite, output: "/b") == publication("three"))
    let other = try ledger.suite(origin: "Test", name: "other")
    #expect(try ledger.publication(of: other, output: "/a") == nil)
  }
}

@Suite("The by-hash files of a ledger")
struct ByHashTests {
  private let ledger: Ledger
  private let suite: SuiteRecord

  init() throws {
    ledger = try Ledger(seed: 1)
    suite = try ledger.suite(origin: "Test", name: "tester")
  }

  private func claim(_ paths: Set<String>, forgotten: Set<String> = []) throws {
    try ledger.claimByHash(paths, forgotten: forgotten, of: suite, output: "/a")
  }

  private func files() throws -> [String: Int] {
    try ledger.byHashFiles(of: suite, output: "/a")
  }

  @Test("are none before the first claim")
  func none() throws {
    #expect(try files() == [:])
  }

  @Test("count the publications since the last that listed them")
  func unused() throws {
    try claim(["x", "y"])
    #expect(try files() == ["x": 0, "y": 0])
    try claim(["y", "z"])
    #expect(try files() == ["x": 1, "y": 0, "z": 0])
    try claim(["z"])
    #expect(try files() == ["x": 2, "y": 1, "z": 0])
  }

  @Test("are as new when they are listed again")
  func listedAgain() throws {
    try claim(["x"])
    try claim([])
    try claim([])
    #expect(try files() == ["x": 2])
    try claim(["x"])
    #expect(try files() == ["x": 0])
  }

  @Test("are forgotten when they are gone")
  func forgotten() throws {
    try claim(["x", "y"])
    try claim(["y"], forgotten: ["x", "unknown"])
    #expect(try files() == ["y": 0])
  }

  @Test("are counted by suite and output")
  func apart() throws {
    let other = try ledger.suite(origin: "Test", name: "other")
    try claim(["x"])
    try ledger.claimByHash(["x"], forgotten: [], of: suite, output: "/b")
    try ledger.claimByHash(["x"], forgotten: [], of: other, output: "/a")
    try claim(["y"], forgotten: ["x"])
    #expect(try files() == ["y": 0])
    #expect(try ledger.byHashFiles(of: suite, output: "/b") == ["x": 0])
    #expect(try ledger.byHashFiles(of: other, output: "/a") == ["x": 0])
  }
}
