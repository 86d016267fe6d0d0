// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

/// The running daemon, the ledger, and files that change under both.
@Suite struct SeedTests {
  private static let fugue = DebianPackage("fugue")

  private func hashed() throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    #expect(try archive.hash().status == 0)
    return archive
  }

  private func sha256(_ archive: ArchiveFixture, _ path: String) throws -> String {
    try #require(try Files.hashes([path], in: archive.archive)[path])
  }

  /// Torrent id, first number and count of a content, by its hash.
  private func numbers(
    _ archive: ArchiveFixture, of sha256: String
  ) throws -> (torrent: String, first: Int, count: Int) {
    let rows = try archive.query(
      """
      SELECT lower(hex(torrent_id)), first, count FROM number
      JOIN torrent ON torrent.id = number.torrent JOIN content ON content.id = number.content
      WHERE lower(hex(sha256)) = '\(sha256)'
      """)
    let columns = try #require(rows.first).split(separator: "|")
    return (String(columns[0]), try #require(Int(columns[1])), try #require(Int(columns[2])))
  }

  @Test func aKnownContentIsToldOfByItsHash() throws {
    let archive = try hashed()
    let seeder = try SeedProcess(archive)
    try seeder.waitForCatalog()
    let path = Self.fugue.path
    let hash = try sha256(archive, path)
    let reply = try seeder.get(path)
    #expect(reply["ETag"] == "\"\(hash)\"")
    #expect(reply["Repr-Digest"]?.hasPrefix("sha-256=:") == true)
    #expect(reply["Digest"]?.hasPrefix("SHA-256=") == true)
    #expect(reply["Cache-Control"]?.contains("immutable") == true)
    let bytes = try Files.read("\(archive.archive)/\(path)")
    #expect(reply.content == bytes)
    let content = try seeder.get("content/sha256/\(hash)", "-r", "100-199")
    #expect(content.status == 206)
    #expect(content.content == Array(bytes[100..<200]))
    #expect(try seeder.get("content/sha256/\(String(repeating: "0", count: 64))").status == 404)
    let indices = try seeder.get("dists/bookworm/InRelease")
    #expect(indices["Cache-Control"] == "no-cache")
    #expect(indices["Repr-Digest"] == nil)
    #expect(try seeder.stop().status == 0)
  }

  @Test func piecesAreServedByNumber() throws {
    let archive = try hashed()
    let seeder = try SeedProcess(archive)
    try seeder.waitForCatalog()
    let bytes = try Files.read("\(archive.archive)/\(Self.fugue.path)")
    let (torrent, first, count) = try numbers(archive, of: sha256(archive, Self.fugue.path))
    #expect(count > 1)
    let stanza = try seeder.get("pieces/\(torrent)").text
    #expect(stanza.value(of: "Torrent") == torrent)
    #expect(stanza.value(of: "Generation") == "1")
    let size = try #require(stanza.value(of: "Piece-Size").flatMap { Int($0) })
    let second = try seeder.get("pieces/\(torrent)/\(first + 1)")
    #expect(second.status == 200)
    #expect(second.content == Array(bytes[size..<min(2 * size, bytes.count)]))
    let part = try seeder.get("pieces/\(torrent)/\(first + 1)", "-r", "10-19")
    #expect(part.content == Array(bytes[size + 10..<size + 20]))
    #expect(part["Content-Range"] == "bytes 10-19/\(second.content.count)")
    #expect(try seeder.get("pieces/\(torrent)/4000000000").status == 404)
    #expect(try seeder.get("pieces/\(String(repeating: "0", count: 40))/1").status == 404)
  }

  @Test func manyPiecesComeInOneStream() throws {
    let archive = try hashed()
    let seeder = try SeedProcess(archive)
    try seeder.waitForCatalog()
    let (torrent, first, count) = try numbers(archive, of: sha256(archive, Self.fugue.path))
    let next = try #require(
      try seeder.get("pieces/\(torrent)").text.value(of: "Next-Piece").flatMap { Int($0) })
    let reply = try seeder.get("pieces/\(torrent)", "-d", "0-\(next)")
    #expect(reply.status == 200)
    #expect(reply["Content-Type"] == "application/vnd.archive-tool.pieces")
    let frames = try Frame.all(in: reply.content)
    #expect(frames.map(\.number).sorted() == (0...UInt32(next)).map { $0 })
    #expect(frames.filter { $0.status != 200 }.map(\.number) == [UInt32(next)])
    let numbers = UInt32(first)..<UInt32(first + count)
    let fugue = frames.filter { numbers.contains($0.number) }
    #expect(fugue.map(\.number) == Array(numbers), "the pieces of a file come in its order")
    #expect(fugue.flatMap(\.bytes) == (try Files.read("\(archive.archive)/\(Self.fugue.path)")))
    #expect(try seeder.get("pieces/\(torrent)", "-d", "1-").status == 400)
    #expect(try seeder.get(Self.fugue.path, "-d", "1").status == 405)
  }

  @Test func aFinishedRunIsNoticed() throws {
    let archive = try ArchiveFixture()
    let seeder = try SeedProcess(archive)
    let path = Self.fugue.path
    let before = try #require(try seeder.get(path)["ETag"])
    #expect(try archive.hash().status == 0)
    let hash = try sha256(archive, path)
    let after = try seeder.wait(for: path) { $0["ETag"] != before }
    #expect(after["ETag"] == "\"\(hash)\"")
    #expect(try seeder.get("content/sha256/\(hash)").status == 200)
    try archive.update()
    #expect(try archive.hash().status == 0)
    let polka = try sha256(archive, DebianPackage("polka").path)
    _ = try seeder.wait(for: "content/sha256/\(polka)") { $0.status == 200 }
  }

  @Test func aTouchedFileIsVerifiedAgain() throws {
    let archive = try hashed()
    let seeder = try SeedProcess(archive)
    try seeder.waitForCatalog()
    let path = Self.fugue.path
    let hash = try sha256(archive, path)
    // The same bytes in another inode, with another date.
    let bytes = try Files.read("\(archive.archive)/\(path)")
    try Files.write(bytes, to: "\(archive.archive)/\(path)")
    let plain = try seeder.get(path)
    #expect(plain.content == bytes)
    let verified = try seeder.wait(for: path) { $0["ETag"] == "\"\(hash)\"" }
    #expect(verified["Repr-Digest"] != nil)
    #expect(try seeder.get("content/sha256/\(hash)").content == bytes)
  }

  @Test func otherBytesAreNeverServedByHash() throws {
    let archive = try hashed()
    let seeder = try SeedProcess(archive)
    try seeder.waitForCatalog()
    let path = Self.fugue.path
    let hash = try sha256(archive, path)
    let (torrent, first, _) = try numbers(archive, of: hash)
    #expect(try seeder.get("content/sha256/\(hash)").status == 200)
    var bytes = try Files.read("\(archive.archive)/\(path)")
    bytes[1000] ^= 1
    try Files.write(bytes, to: "\(archive.archive)/\(path)")
    // Where the file was asked for a moment ago, its old bytes may be served still: they are right.
    let gone = try seeder.wait(for: "content/sha256/\(hash)") { reply in
      if reply.status == 200 { return false }
      #expect(reply.status == 410 || reply["Retry-After"] != nil)
      return reply.status == 410
    }
    #expect(gone.text.hasPrefix("The archive's file has other bytes"))
    #expect(try seeder.get("pieces/\(torrent)/\(first)").status == 410)
    let frames = try Frame.all(in: seeder.get("pieces/\(torrent)", "-d", "\(first)").content)
    #expect(frames.map(\.status) == [410])
    let plain = try seeder.get(path)
    #expect(plain.status == 200)
    #expect(plain.content == bytes)
    #expect(plain["Repr-Digest"] == nil)
    #expect(plain["ETag"] != "\"\(hash)\"")
    #expect(seeder.errors.split(separator: "\n").count { $0.contains(path) } == 1, "said once")
    try Files.remove("\(archive.archive)/\(path)")
    _ = try seeder.wait(for: "content/sha256/\(hash)") { $0.status == 404 }
    _ = try seeder.wait(for: path) { $0.status == 404 }
  }

  @Test func operatorsSeeWhatItDoes() throws {
    let archive = try hashed()
    let seeder = try SeedProcess(archive)
    try seeder.waitForCatalog()
    _ = try seeder.get("none")
    #expect(try seeder.status("healthz").text == "ok\n")
    let metrics = try seeder.status("metrics").text
    #expect(metrics.contains("archive_tool_http_responses_total{status=\"404\"} 1\n"))
    let check = try Command(
      [
        "/usr/bin/python3", "-c",
        "import json, sys; print(json.load(sys.stdin)['torrents'][0]['id'])",
      ],
      input: seeder.status("status").content
    ).check()
    #expect(String(decoding: check, as: UTF8.self).count == 41)
    #expect(try seeder.get("metrics").status == 404, "the public listener has none of it")
  }
}
