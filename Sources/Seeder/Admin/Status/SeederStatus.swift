// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// What a seeder says of itself, as `/status` writes it; no path of a peer's, no address, no secret.
package struct SeederStatus: Codable, Sendable {
  package var daemon = "seed"
  package var version: String
  /// RFC 3339, as all times here.
  package var time: String
  package var uptimeSeconds: Int64
  package var warnings: [StatusWarning]
  package var suites: [Suite]
  package var torrents: [Torrent]
  package var http: HTTP
  package var peers: Peers
  package var traffic: Traffic
  package var packages: Packages
  package var files: Files
  /// Of the tracker that runs beside it; nil where none does.
  package var tracker: TrackerStatus?

  /// What runs of `hash` noted of a suite.
  package struct Suite: Codable, Sendable {
    package var name: String
    /// Date and Valid-Until of the last Release that was processed.
    package var release: String?
    package var validUntil: String?
    /// When the run began that has not ended.
    package var runningSince: String?
    package var lastSuccess: String?
    package var lastRun: Run?
    /// How many of the last runs, of which at most 30 are known, failed or were in part.
    package var runsKnown: Int
    package var runsFailed: Int
  }

  /// How a run ended.
  package struct Run: Codable, Sendable {
    package var ended: String
    package var seconds: Int64
    package var status: Int32
    package var published: Bool
    package var message: String?

    /// In words.
    package var outcome: String {
      switch status {
      case 0: published ? "published" : "nothing changed"
      case 65 where published, 75 where published: "published in part (\(status))"
      default: "failed (\(status))"
      }
    }
  }

  /// A generation of a numbered torrent.
  package struct Torrent: Codable, Sendable {
    package var id: String
    package var suite: String
    package var architecture: String
    package var generation: Int
    package var floor: UInt32
    package var nextPiece: UInt32
    package var livePieces: UInt64
    package var superseded: Bool
  }

  /// Who is connected over HTTP.
  package struct HTTP: Codable, Sendable {
    package var connections: Int
    package var connectionLimit: Int
    package var addresses: Int
    /// Connections of the address with most.
    package var mostOfOneAddress: Int
    package var connectionsTotal: UInt64
    package var rejectedTotal: UInt64
    /// By status.
    package var responsesTotal: [String: UInt64]
  }

  /// Which peers are connected, never for what.
  package struct Peers: Codable, Sendable {
    package var isServed: Bool
    package var connections: Int
    package var connectionLimit: Int
    package var interested: Int
    package var slots: Int
    package var torrents: Int
    package var ipv4: Int
    package var ipv6: Int
    /// Of 24 bits, or 64 for IPv6.
    package var networks: Int
    package var mostOfOneNetwork: Int
    /// By the program that they say to be; the rarest are told of as one.
    package var clients: [Count]
    package var connectionsTotal: UInt64
  }

  /// How many there are of something.
  package struct Count: Codable, Sendable {
    package var name: String
    package var count: Int
  }

  /// Bytes that were sent.
  package struct Traffic: Codable, Sendable {
    /// By where they came from: files by path, contents and pieces over HTTP, blocks to peers.
    package var sources: [Bytes]
    /// By suite, since a day ago.
    package var suites: [Bytes]
    /// Bytes a second over the last minute.
    package var bytesPerSecond: UInt64
  }

  /// Bytes of one kind.
  package struct Bytes: Codable, Sendable {
    package var name: String
    package var lastHour: UInt64
    package var lastDay: UInt64
    /// Since the daemon began; nil where only a day is known.
    package var total: UInt64?
  }

  /// Which packages are asked for.
  package struct Packages: Codable, Sendable {
    /// From when on requests are counted: a day to two days.
    package var since: String
    package var wanted: [Wanted]
    package var slowest: [Slow]
  }

  /// A package that is wanted.
  package struct Wanted: Codable, Sendable {
    package var path: String
    package var requests: UInt64
    /// By how much `requests` may be too many.
    package var error: UInt64
    package var bytes: UInt64
  }

  /// A package that goes out slowly.
  package struct Slow: Codable, Sendable {
    package var path: String
    package var bytesPerSecond: UInt64
    package var transfers: UInt64
  }

  /// What the ledger knows, and how the pool stands to it.
  package struct Files: Codable, Sendable {
    package var contents: Int
    package var files: Int
    package var open: Int
    /// Waiting to be read again.
    package var unverified: Int
    /// With other bytes than were verified.
    package var different: Int
    /// The first of those.
    package var differentPaths: [String]
    /// Contents that no file holds any more.
    package var lacking: Int
  }
}
