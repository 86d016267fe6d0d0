// swift-tools-version: 6.2
import PackageDescription

// One program for each parser of bytes from outside; scripts/fuzz builds and runs them.
let parsers = [
  "ArchiveDate", "Bzip2", "ClearSigned", "ControlStanza", "Gzip", "Magnet", "Metalink", "Packages",
  "PeerExtensions", "PeerHandshake", "PeerMessage", "PeerSession", "Release", "RequestBody",
  "RequestConditions", "RequestHead", "RequestTarget", "Sources", "Torrent", "TrackerHTTP",
  "TrackerUDP", "Xz", "Zstd",
]

let rooms: [Target.Dependency] = [
  "HTTPMessages", "PackagesParser", "PeerWire", "TorrentMetadata", "Tracker",
].map {
  .product(name: $0, package: "archive-tool")
}

// libFuzzer brings the entry point of each program.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .unsafeFlags(["-parse-as-library"]),
]

let package = Package(
  name: "archive-tool-fuzz",
  dependencies: [.package(name: "archive-tool", path: "..")],
  targets: [
    .target(name: "FuzzSupport", dependencies: rooms, swiftSettings: settings)
  ]
    + parsers.map {
      .executableTarget(
        name: "Fuzz\($0)", dependencies: ["FuzzSupport"] + rooms, swiftSettings: settings)
    }
)
