// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Seeder

/// What the configuration says of the daemon.
struct SeedSettings {
  private let file: ConfigurationFile

  init(_ file: ConfigurationFile) { self.file = file }

  /// Takes over everything but addresses.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) for a value that cannot be.
  func apply(to configuration: inout SeederConfiguration) throws(ArchiveError) {
    let prefix = try file.value(.overlayPrefix) { text throws(ArchiveError) in
      do throws(ArchivePath.Defect) { return try ArchivePath(text).string } catch {
        throw ArchiveError(.configuration, "expected a path as overlay: \(error)")
      }
    }
    configuration.overlayPrefix = prefix ?? configuration.overlayPrefix
    configuration.listings = try file.value(.listings, SettingField.flag) ?? false
    configuration.accessLog = try file.value(.accessLog, SettingField.path)
    configuration.threads = try file.number(.threads, in: 1...1024)
    if let hours = try file.number(.warnRunAge, in: 1...8760) {
      configuration.runAge = .seconds(hours * 3600)
    }
    try apply(to: &configuration.limits)
  }

  private func apply(to limits: inout SeederLimits) throws(ArchiveError) {
    limits.connections = try file.number(.maxConnections, in: 1...1_000_000) ?? limits.connections
    limits.connectionsPerAddress =
      try file.number(.maxConnectionsPerAddress, in: 1...1_000_000) ?? limits.connectionsPerAddress
    limits.bandwidth = try file.value(.uploadRate, SettingField.bandwidth) ?? nil
    limits.connectionBandwidth =
      try file.value(.uploadRatePerConnection, SettingField.bandwidth) ?? nil
    try applyPeers(to: &limits)
    if let rate = try file.number(.minimumRate, in: 0...(1 << 30)) {
      limits.minimumRate = ByteCount(UInt64(rate))
    }
    if let seconds = try file.number(.headerTimeout, in: 1...3600) {
      limits.header = .seconds(seconds)
    }
    if let seconds = try file.number(.idleTimeout, in: 1...3600) { limits.idle = .seconds(seconds) }
    if let seconds = try file.number(.shutdownTimeout, in: 0...3600) {
      limits.drain = .seconds(seconds)
    }
  }

  private func applyPeers(to limits: inout SeederLimits) throws(ArchiveError) {
    if let rate = try file.value(.peerUploadLimit, SettingField.bandwidth) {
      limits.peerBandwidth = rate
    }
    limits.peerConnections =
      try file.number(.peerConnections, in: 1...1_000_000) ?? limits.peerConnections
    limits.peersPerAddress =
      try file.number(.peerConnectionsPerAddress, in: 1...1_000_000) ?? limits.peersPerAddress
    limits.peerSlots = try file.number(.peerSlots, in: 1...1_000_000) ?? limits.peerSlots
    if let rate = try file.value(.scrubRate, SettingField.scrubRate) { limits.scrubRate = rate }
  }

  /// Certificate and key, and where to listen with them; nil without.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) when one of the three lacks.
  func tls() throws -> TLSFiles? {
    let certificate = try file.value(.tlsCertificate, SettingField.path)
    let key = try file.value(.tlsKey, SettingField.path)
    let addresses = try file.words(.https).map { try ListenAddress($0) }
    if certificate == nil, key == nil, addresses.isEmpty { return nil }
    guard let certificate, let key, !addresses.isEmpty else {
      throw ArchiveError(
        .configuration, "TLS needs all of TLS-Certificate, TLS-Key and HTTPS",
        advice: "HTTPS names the addresses, as 0.0.0.0:443")
    }
    return TLSFiles(certificate: certificate, key: key, addresses: addresses)
  }
}
