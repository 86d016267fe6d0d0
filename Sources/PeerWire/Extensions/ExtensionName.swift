// SPDX-License-Identifier: Apache-2.0

/// The extensions of BEP 10 that are spoken here; the raw value is the number under which we want it,
/// for what libtorrent knows the one that libtorrent wants.
public enum ExtensionName: UInt8, CaseIterable, Sendable {
  /// BEP 9.
  case metadata = 2
  /// BEP 11.
  case peerExchange = 1
  /// BEP 54.
  case dontHave = 7
  /// Numbered torrents: pieces that the sender has, as ranges.
  case numberedHave = 20
  /// Numbered torrents: pieces that the sender is getting from a web seed.
  case numberedFetching = 21

  /// What it is called in the dictionary `m`.
  public var key: String {
    switch self {
    case .metadata: "ut_metadata"
    case .peerExchange: "ut_pex"
    case .dontHave: "lt_donthave"
    case .numberedHave: "numbered_have"
    case .numberedFetching: "numbered_fetching"
    }
  }
}
