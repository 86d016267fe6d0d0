// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "archive-tool-benchmarks",
  dependencies: [.package(name: "archive-tool", path: "..")],
  targets: [
    .target(name: "CLineScan"),
    .target(name: "CLoadClient", cSettings: [.define("_GNU_SOURCE")]),
    .executableTarget(
      name: "bitfield-bench",
      dependencies: [.product(name: "PeerWire", package: "archive-tool")],
      path: "Sources/BitfieldBench",
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
    .executableTarget(
      name: "evp-passes", path: "Sources/EVPPasses",
      linkerSettings: [.linkedLibrary("crypto")]),
    .executableTarget(
      name: "http-load", dependencies: ["CLoadClient"], path: "Sources/HTTPLoad",
      cSettings: [.define("_GNU_SOURCE")]),
    .executableTarget(
      name: "link-delay", path: "Sources/LinkDelay", cSettings: [.define("_GNU_SOURCE")]),
    .executableTarget(
      name: "piece-load", dependencies: ["CLoadClient"], path: "Sources/PieceLoad",
      cSettings: [.define("_GNU_SOURCE")]),
    .executableTarget(name: "read-ways", path: "Sources/ReadWays"),
    .executableTarget(
      name: "tracker-load", path: "Sources/TrackerLoad",
      cSettings: [.define("_GNU_SOURCE")]),
    .executableTarget(
      name: "parse-bench",
      dependencies: [
        "CLineScan", .product(name: "PackagesParser", package: "archive-tool"),
      ],
      path: "Sources/ParseBench",
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
    .executableTarget(
      name: "torrent-bench",
      dependencies: [.product(name: "TorrentMetadata", package: "archive-tool")],
      path: "Sources/TorrentBench",
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
    .executableTarget(
      name: "holder-simulation",
      dependencies: [.product(name: "Tracker", package: "archive-tool")],
      path: "Sources/HolderSimulation",
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
  ]
)
