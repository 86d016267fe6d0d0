// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import CLinux
import Foundation
import Seeder
import Testing

@Suite("Reading again what is served")
struct ScrubTests {
  private static var limits: SeederLimits {
    var limits = SeederLimits()
    limits.scrubRate = .init(1 << 32)
    limits.scrubInterval = .milliseconds(100)
    return limits
  }

  /// Turns a bit of the small file, as a disk does: inode, size and times are those that the ledger has.
  private func forgetByte(_ archive: PeerArchive, _ log: RecordingLog) async throws {
    let parts = PeerArchive.small.split(separator: "/")
    let directory = parts.dropLast().joined(separator: "/")
    let name = try #require(parts.last)
    var bytes = TestArchive.packageBytes
    bytes[5000] ^= 1
    try archive.archive.write("archive/\(directory).new/\(name)", bytes)
    let loads = Self.loads(log)
    try archive.remember(smallAt: "\(directory).new/\(name)")
    while Self.loads(log) == loads { try await Task.sleep(for: .milliseconds(20)) }
    // Renaming its directory leaves a file's own times alone.
    let paths = ["archive/\(directory).new", "archive/\(directory)"].map {
      archive.archive.url($0).path
    }
    #expect(archive_rename_exchange(paths[0], paths[1]) == 0)
  }

  private static func loads(_ log: RecordingLog) -> Int {
    log.lines.count { $0.contains("catalog loaded") }
  }

  @Test("finds a byte that a disk forgot of a file nobody asks for: it is taken back, and refused")
  func forgotten() async throws {
    let log = RecordingLog()
    try await withPeerSeeder(limits: Self.limits, logger: log.logger) { archive, port, _ in
      let told = try await WirePeer.numbered(archive, port)
      _ = try await told.next { $0.id == 14 }
      try await forgetByte(archive, log)
      let lost = try await told.next { $0.id == 20 && $0.payload.first == 7 }
      #expect(lost.payload == [7, 0, 0, 0, 0])
      // It is logged after that.
      while !log.lines.contains(where: { $0.contains("other bytes") }) {
        try await Task.sleep(for: .milliseconds(10))
      }
      let found = log.lines.filter { $0.contains("other bytes") }
      #expect(
        found.count == 1 && found[0].contains("though it seems untouched")
          && found[0].contains(PeerArchive.small), "\(found)")

      let asking = try await WirePeer.numbered(archive, port)
      try asking.send(id: 2)
      _ = try await asking.next { $0.id == 1 }
      try asking.request(0, 0, 16)
      #expect(try await asking.next { $0.id == 7 || $0.id == 16 }.id == 16)
      try asking.request(1, 0, 16)
      #expect(try await asking.next { $0.id == 7 || $0.id == 16 }.id == 7)
      let stock = try WirePeer(port: port)
      try stock.sendHandshake(archive.smallHash)
      #expect(try await stock.isClosed())
    }
  }

  @Test("leaves alone what is as it was, pass after pass")
  func unchanged() async throws {
    let log = RecordingLog()
    try await withPeerSeeder(limits: Self.limits, logger: log.logger) { archive, port, _ in
      let peer = try await WirePeer.numbered(archive, port)
      try peer.send(id: 2)
      _ = try await peer.next { $0.id == 1 }
      for _ in 0..<10 {
        try peer.request(0, 0, 16)
        #expect(try await peer.next { $0.id == 7 || $0.id == 16 }.id == 7)
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(!log.lines.contains { $0.contains("other bytes") })
    }
  }
}
