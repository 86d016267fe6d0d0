// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import StandardObjects

/// What a seeder serves, and where.
package struct SeederConfiguration: Sendable {
  /// The archive, served under its own paths.
  package var archive: ArchiveRoot
  /// The overlay, served below `overlayPrefix`.
  package var overlay: ArchiveRoot?
  /// One component or more, no `/` at either end.
  package var overlayPrefix = "overlay"
  /// The directory of the ledger; nil serves files as any web server does.
  package var state: String?
  package var addresses: [ListenAddress]
  /// Where peers are listened for; none for no peer wire.
  package var peers: [ListenAddress] = []
  /// Where metrics, health and status are; nil for nowhere.
  package var admin: ListenAddress?
  package var tls: TLSFiles?
  /// What torrents, metalinks and Link fields name; the first web seed is this server itself, by
  /// the name that its operator gave it.
  package var objectAddresses = ObjectAddresses()
  package var listings = false
  /// Where requests are logged; nil for nowhere.
  package var accessLog: String?
  /// Event loops; nil for one a processor.
  package var threads: Int?
  package var limits: SeederLimits
  /// What the program calls itself.
  package var version = ""
  /// The suites that runs are expected of; empty for those that there were runs of.
  package var suites: [String] = []
  /// Without a good run for so long, a suite is warned of.
  package var runAge: Duration = .seconds(26 * 3600)
  /// Whether there is an overlay that was not there when the seeder was started.
  package var lacksOverlay = false
  /// How often figures are noted for plots.
  package var sampleInterval: Duration = .seconds(60)

  package init(
    archive: ArchiveRoot, overlay: ArchiveRoot? = nil, addresses: [ListenAddress],
    limits: SeederLimits = SeederLimits()
  ) {
    self.archive = archive
    self.overlay = overlay
    self.addresses = addresses
    self.limits = limits
  }
}

/// Where certificate and key are, in PEM.
package struct TLSFiles: Hashable, Sendable {
  package let certificate: String
  package let key: String
  package var addresses: [ListenAddress]

  package init(certificate: String, key: String, addresses: [ListenAddress]) {
    self.certificate = certificate
    self.key = key
    self.addresses = addresses
  }
}
