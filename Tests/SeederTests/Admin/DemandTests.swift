// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import NIOCore
import PeerWire
import Testing

@testable import Seeder

@Suite("What files are asked for")
struct DemandTests {
  private func path(_ name: String) throws -> ArchivePath { try ArchivePath("pool/\(name)") }

  private func place(_ name: String) throws -> Place { Place(.archive, try path(name)) }

  @Test("is told within its error, however many files there are")
  func bounds() throws {
    var top = TopFiles(capacity: 20) { $0.requests }
    var truth: [ArchivePath: UInt64] = [:]
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var batch: [ArchivePath: FileDemand] = [:]
      for _ in 0..<30 {
        // Few files are asked for much, most hardly ever.
        let number = Int.random(in: 0..<1000, using: &random)
        let file = try path("\(number < 700 ? number % 5 : number)")
        batch[file, default: FileDemand()].requests += 1
        truth[file, default: 0] += 1
      }
      top.add(batch)
      #expect(top.entries.count <= 20)
    }
    for (file, entry) in top.entries {
      let real = try #require(truth[file])
      #expect(entry.weight >= real)
      #expect(entry.weight - entry.error <= real)
      #expect(entry.demand.requests <= real)
    }
    let most = truth.sorted { $0.value > $1.value }.prefix(5).map(\.key)
    #expect(Set(top.sorted.prefix(5).map(\.key)) == Set(most))
  }

  @Test("is gathered by file and by suite, and emptied")
  func log() throws {
    let log = DemandLog()
    log.add(FileDemand(requests: 2, bytes: 10), of: try place("a"), suite: "sid")
    log.add(FileDemand(requests: 1, bytes: 5), of: try place("a"), suite: "sid")
    let index = Place(.archive, try ArchivePath("dists/sid/InRelease"))
    log.add(FileDemand(requests: 9, bytes: 7), of: index, suite: "sid")
    log.add(FileDemand(requests: 1, bytes: 3), of: try place("b"), suite: "")
    let contents = log.take()
    #expect(contents.suites == ["sid": 22, "": 3])
    #expect(contents.files.count == 2, "an index is no package")
    #expect(contents.files[try path("a")] == FileDemand(requests: 3, bytes: 15))
    #expect(log.take().files.isEmpty)
  }

  @Test("keeps what is wanted when there is too much of it")
  func prune() throws {
    let log = DemandLog(capacity: 100)
    for number in 0..<10_000 {
      log.add(FileDemand(requests: 1, bytes: 1), of: try place("\(number)"), suite: "sid")
      log.add(FileDemand(requests: 5, bytes: 1), of: try place("popular"), suite: "sid")
    }
    let contents = log.take()
    #expect(contents.files.count <= 100)
    #expect(contents.files[try path("popular")]?.requests == 50_000)
    #expect(contents.suites == ["sid": 20_000])
  }

  @Test("is forgotten after the day that follows")
  func days() throws {
    func batch(_ name: String) throws -> [ArchivePath: FileDemand] {
      [try path(name): FileDemand(requests: 1, bytes: 1)]
    }
    let day: Int64 = 86_400
    var demand = Demand(now: ArchiveDate(seconds: 0))
    demand.add(try batch("a"), now: ArchiveDate(seconds: 10))
    demand.add(try batch("b"), now: ArchiveDate(seconds: day + 1))
    #expect(demand.since == ArchiveDate(seconds: 0))
    #expect(demand.wanted(9).map(\.path.name) == ["a", "b"])
    demand.add(try batch("c"), now: ArchiveDate(seconds: 2 * day + 2))
    #expect(demand.since == ArchiveDate(seconds: day + 1))
    #expect(demand.wanted(9).map(\.path.name) == ["b", "c"])
  }

  @Test("is slow where transfers took long for their bytes")
  func slowest() throws {
    func timed(_ bytes: UInt64, seconds: Int64) -> FileDemand {
      var demand = FileDemand(requests: 1, bytes: bytes)
      demand.time(
        bytes, from: .uptimeNanoseconds(0), to: .uptimeNanoseconds(UInt64(seconds) * 1_000_000_000))
      return demand
    }
    var demand = Demand(now: ArchiveDate(seconds: 0))
    demand.add(
      [
        try path("slow"): timed(10_000_000, seconds: 100),
        try path("fast"): timed(10_000_000, seconds: 1),
        try path("small"): timed(1000, seconds: 50),
        try path("inline"): FileDemand(requests: 5, bytes: 5000),
      ], now: ArchiveDate(seconds: 1))
    let lines = demand.slowest(9)
    #expect(lines.map(\.path.name) == ["slow", "fast"], "too few bytes tell nothing")
    #expect(lines.map(\.demand.rate) == [100_000, 10_000_000])
  }

  @Test("names the programs of peers, and nothing that is none")
  func clients() throws {
    func name(_ id: String) throws -> String {
      ClientName.of(try #require(PeerID(Array(id.utf8))))
    }
    #expect(try name("-qB4650-abcdefghijkl") == "qBittorrent")
    #expect(try name("A2-1-36-0-0123456789") == "aria2")
    #expect(try name("-TR3000-abcdefghijkl") == "Transmission")
    #expect(try name("-ZZ3000-abcdefghijkl") == "ZZ")
    #expect(try name("-<b3000-abcdefghijkl") == "other")
    #expect(try name("M7-9-2--abcdefghijkl") == "other")
  }
}
