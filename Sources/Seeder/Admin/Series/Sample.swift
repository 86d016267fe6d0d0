// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// What a seeder did within a minute.
struct Sample: Hashable, Sendable {
  /// Its end.
  var time: ArchiveDate
  /// How long it was, in seconds; more than a minute where the machine slept.
  var seconds: Double
  /// Bytes of content: files by their paths, contents and pieces over HTTP, blocks to peers.
  var paths: UInt64 = 0
  var pieces: UInt64 = 0
  var peers: UInt64 = 0
  var responses: UInt64 = 0
  /// At its end.
  var connections: UInt64 = 0
  var peerConnections: UInt64 = 0
  /// Connections turned away, and times that a rate kept something waiting.
  var rejected: UInt64 = 0
  var peersRejected: UInt64 = 0
  var throttled: UInt64 = 0
  var peersThrottled: UInt64 = 0
  /// Bytes by suite, in the order of `Series.suites`, which may have grown since.
  var suites: [UInt64] = []

  var bytes: UInt64 { paths + pieces + peers }
}
