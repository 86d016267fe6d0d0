// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles

/// What a seeder serves, and where.
package struct SeederConfiguration: Sendable {
  /// The archive: `dists/` and `pool/` are served from it.
  package var archive: ArchiveRoot
  /// The overlay, served below `overlayPrefix`.
  package var overlay: ArchiveRoot?
  /// One component or more, no `/` at either end.
  package var overlayPrefix: String
  package var addresses: [ListenAddress]
  package var limits: SeederLimits

  package init(
    archive: ArchiveRoot, overlay: ArchiveRoot? = nil, overlayPrefix: String = "overlay",
    addresses: [ListenAddress], limits: SeederLimits = SeederLimits()
  ) {
    self.archive = archive
    self.overlay = overlay
    self.overlayPrefix = overlayPrefix
    self.addresses = addresses
    self.limits = limits
  }
}

/// How much a client may ask of a seeder.
///
/// The length of a header section is bounded by the HTTP decoder.
package struct SeederLimits: Hashable, Sendable {
  /// How long a connection may stand still: no complete request header comes in, and of no
  /// response a byte goes out. Bytes that trickle in do not count, so a client cannot hold a
  /// connection by sending its header slowly.
  package var idle: Duration = .seconds(60)
  /// How long a shutdown waits for responses under way.
  package var drain: Duration = .seconds(5)
  /// How much request content, which no method served here has a use for, is read and dropped
  /// before the connection is closed instead.
  package var discardedBytes = 64 * 1024
  /// How many threads open files. A request for a file that must come from a slow disk holds one.
  package var openingThreads = 4
  /// How many connections the kernel completes ahead of us; it caps the number at its somaxconn.
  package var backlog: Int32 = 1024

  package init() {}
}
