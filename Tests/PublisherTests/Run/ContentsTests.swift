// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Ledger
@testable import Publisher

@Suite("The contents of a run")
struct ContentsTests {
  private func numbered(
    _ name: String, _ first: UInt32, isRetired: Bool
  ) throws -> NumberedContent {
    NumberedContent(
      row: 1, content: try content(name), root: .zero, numbers: try numbers(first),
      isRetired: isRetired)
  }

  /// The numbers that count when the ledger's rows of one content come in this order.
  private func counting(_ rows: [(UInt32, isRetired: Bool)]) throws -> RunContent {
    var contents = Contents()
    contents.add(RunTorrent(architecture: "amd64", base: .leaf))
    for (first, isRetired) in rows {
      contents.add(try numbered("a", first, isRetired: isRetired), torrent: 0)
    }
    #expect(contents.all.count == 1)
    return contents.all[0]
  }

  @Test("have of several numberings the living one")
  func living() throws {
    let last = try counting([(0, true), (3, true), (7, false)])
    #expect(last.numbers == (try numbers(7)))
    #expect(!last.isRetired)
    let first = try counting([(0, false), (3, true)])
    #expect(first.numbers == (try numbers(0)))
    #expect(!first.isRetired)
  }

  @Test("have of several retired numberings the newest")
  func newest() throws {
    let content = try counting([(0, true), (3, true)])
    #expect(content.numbers == (try numbers(3)))
    #expect(content.isRetired)
  }

  @Test("are one a torrent")
  func torrents() throws {
    var contents = Contents()
    let (amd64, all) = (Array("amd64".utf8), Array("all".utf8))
    let first = amd64.withUnsafeBytes { contents.torrent(for: $0, base: .leaf) }
    let second = all.withUnsafeBytes { contents.torrent(for: $0, base: .leaf) }
    #expect(amd64.withUnsafeBytes { contents.torrent(for: $0, base: .leaf) } == first)
    let id = try content("a")
    let here = contents.position(of: id, torrent: first)
    #expect(contents.position(of: id, torrent: second) != here)
    #expect(contents.position(of: id, torrent: first) == here)
    #expect(contents.find(id, torrent: first) == here)
    #expect(contents.find(try content("b"), torrent: first) == nil)
  }

  @Test("with one hash and two sizes are two")
  func sizes() throws {
    var contents = Contents()
    let small = contents.position(of: try content("a", size: 1), torrent: 0)
    #expect(contents.position(of: try content("a", size: 2), torrent: 0) != small)
  }

  @Test("are judged by path and claim")
  func verdicts() throws {
    var contents = Contents()
    let a = contents.position(of: try content("a"), torrent: 0)
    let b = contents.position(of: try content("b"), torrent: 0)
    let (path, other) = (Array("pool/x".utf8), Array("pool/y".utf8))
    path.withUnsafeBytes { contents.set(.verified, $0, a) }
    path.withUnsafeBytes { contents.set(.corrupt, $0, b) }
    #expect(path.withUnsafeBytes { contents.verdict($0, a) } == .verified)
    #expect(path.withUnsafeBytes { contents.verdict($0, b) } == .corrupt)
    #expect(other.withUnsafeBytes { contents.verdict($0, a) } == nil)
    #expect(contents.all[Int(a)].isVerified)
    #expect(!contents.all[Int(b)].isVerified)
  }
}
