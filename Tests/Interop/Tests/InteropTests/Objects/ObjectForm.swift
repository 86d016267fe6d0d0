// SPDX-License-Identifier: Apache-2.0

/// The forms of object that clients are tried with; the raw value is the name in the table.
enum ObjectForm: String, CaseIterable, Sendable {
  case v1File = "v1, one file"
  case v1Set = "v1, set"
  case v1Padded = "v1, padded set"
  case v2File = "v2, one file"
  case v2Set = "v2, set"
  case hybridFile = "hybrid, one file"
  case hybridSet = "hybrid, set"
  case v1Magnet = "magnet, v1"
  case v2Magnet = "magnet, v2"
  case hybridMagnet = "magnet, hybrid"

  static let single: [ObjectForm] = [.v1File, .v2File, .hybridFile]
  static let sets: [ObjectForm] = [.v1Set, .v1Padded, .v2Set, .hybridSet]

  var isSet: Bool { Self.sets.contains(self) }

  /// The torrent that a link leads to, or this one.
  var torrent: ObjectForm {
    switch self {
    case .v1Magnet: .v1File
    case .v2Magnet: .v2File
    case .hybridMagnet: .hybridFile
    default: self
    }
  }

  var isMagnet: Bool { torrent != self }

  /// Whether it has files that only fill up a piece (BEP 47).
  var hasPads: Bool { self == .v1Padded || self == .hybridSet }

  var isV1: Bool { torrent == .v1File || self == .v1Set || self == .v1Padded }
  var isV2: Bool { torrent == .v2File || self == .v2Set }
  var isHybrid: Bool { !isV1 && !isV2 }

  /// What libtorrent calls it, to Programs/bittorrent.py.
  var libtorrent: String {
    if self == .v1Padded { return "v1 padded" }
    return isV1 ? "v1" : isV2 ? "v2" : "hybrid"
  }

  /// What asks `archive-tool torrent` for it.
  var options: [String] {
    ["--format", isV1 ? "v1" : isV2 ? "v2" : "hybrid"] + (self == .v1Padded ? ["--padded"] : [])
  }
}
