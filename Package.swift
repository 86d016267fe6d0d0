// swift-tools-version: 6.2
import PackageDescription

// CI builds with warnings as errors; a newer compiler's new warning must not break a user's build.
let strict = Context.environment["ARCHIVE_TOOL_STRICT"] == "1"

let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// One room of the house: a library target with the settings all rooms share.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A room's unit tests; scripts that made their fixtures lie beside them.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
  name: "archive-tool",
  products: [
    .executable(name: "archive-tool", targets: ["ArchiveTool"]),
    .library(name: "HTTPMessages", targets: ["HTTPMessages"]),
    .library(name: "PackagesParser", targets: ["PackagesParser"]),
    .library(name: "PeerWire", targets: ["PeerWire"]),
    .library(name: "PieceHasher", targets: ["PieceHasher"]),
    .library(name: "TorrentMetadata", targets: ["TorrentMetadata"]),
    .library(name: "Tracker", targets: ["Tracker"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
    .systemLibrary(name: "CLzma", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CLibxml2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CLinux"),
    .target(name: "CSockets"),
    .target(name: "CPieceHash", dependencies: ["CLibcrypto"]),
    .target(name: "CXMLReader", dependencies: ["CLibxml2"]),

    room("ArchiveModel", []),
    room("ArchiveFiles", ["ArchiveModel", "CLinux", "CLibcrypto"]),
    room("PackagesParser", ["ArchiveModel", "ArchiveFiles", "CBzip2", "CLzma", "CZlib", "CZstd"]),
    room("PieceHasher", ["ArchiveModel", "ArchiveFiles", "CLinux", "CPieceHash"]),
    room("TorrentMetadata", ["ArchiveModel", "ArchiveFiles", "CXMLReader"]),
    room("HTTPMessages", ["ArchiveModel"]),
    room("PeerWire", ["ArchiveModel", "ArchiveFiles", "TorrentMetadata"]),
    room("ReleaseTrust", ["ArchiveModel", "ArchiveFiles", "PackagesParser", "CLinux", subprocess]),
    room("Ledger", ["ArchiveModel", "ArchiveFiles", grdb]),
    room("StandardObjects", ["ArchiveModel", "ArchiveFiles", "TorrentMetadata", "Ledger"]),
    room(
      "Publisher",
      [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "PieceHasher", "Ledger",
        "TorrentMetadata", "StandardObjects", "ReleaseTrust", "CBzip2", "CDeflate", "CLzma",
        "CZstd", "CLinux", subprocess,
      ]),
    room(
      "Audit",
      [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "PieceHasher", "ReleaseTrust",
        "TorrentMetadata", "Ledger", "StandardObjects", "Publisher", subprocess,
      ]),
    room(
      "Seeder",
      [
        "ArchiveModel", "ArchiveFiles", "TorrentMetadata", "HTTPMessages", "Ledger",
        "StandardObjects", "PeerWire", "CLinux", nioCore, nioPosix, nioHTTP2, nioHPACK, nioSSL,
        nioTLS,
        lifecycle, signals, logging,
      ]),
    room("Tracker", ["ArchiveModel"]),
    room("TrackerDaemon", ["ArchiveModel", "ArchiveFiles", "CSockets", "Tracker", lifecycle]),
    room("Plotting", []),
    room("Simulation", ["ArchiveModel", "Ledger", "Publisher", "Plotting"]),
    room(
      "SwarmClient",
      [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "ReleaseTrust", "TorrentMetadata",
        "PeerWire", "HTTPMessages", "Tracker", nioCore, nioHTTP1, nioPosix, nioSSL,
      ]),
    room(
      "Follower",
      [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "ReleaseTrust", "TorrentMetadata",
        "Ledger", "SwarmClient",
      ]),
    .executableTarget(
      name: "ArchiveTool",
      dependencies: [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "PieceHasher", "TorrentMetadata",
        "Ledger",
        "StandardObjects", "Publisher", "Audit", "Seeder", "Tracker", "TrackerDaemon",
        "ReleaseTrust", "SwarmClient", "Follower", "Plotting", "Simulation", nioCore, nioPosix,
        arguments, lifecycle, signals, logging,
      ],
      swiftSettings: settings),

    tests("ArchiveModelTests", ["ArchiveModel"]),
    tests("ArchiveFilesTests", ["ArchiveModel", "ArchiveFiles"]),
    tests("PackagesParserTests", ["ArchiveModel", "ArchiveFiles", "PackagesParser"]),
    tests(
      "PieceHasherTests", ["ArchiveModel", "ArchiveFiles", "PieceHasher"],
      exclude: ["Fixtures/make-vectors.py"]),
    tests(
      "TorrentMetadataTests", ["ArchiveModel", "ArchiveFiles", "TorrentMetadata"],
      exclude: ["Fixtures"]),
    tests("LedgerTests", ["ArchiveModel", "ArchiveFiles", "Ledger"]),
    tests(
      "StandardObjectsTests",
      ["ArchiveModel", "ArchiveFiles", "TorrentMetadata", "Ledger", "StandardObjects"]),
    tests(
      "PublisherTests",
      [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "TorrentMetadata", "Ledger",
        "StandardObjects", "ReleaseTrust", "Publisher",
      ]),
    tests(
      "AuditTests",
      [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "PieceHasher", "Ledger", "Publisher",
        "Audit",
      ]),
    tests(
      "PeerWireTests", ["ArchiveModel", "ArchiveFiles", "PeerWire"], exclude: ["Fixtures"]),
    tests("ReleaseTrustTests", ["ReleaseTrust"]),
    tests("HTTPMessagesTests", ["ArchiveModel", "HTTPMessages", nioCore, nioHTTP1, nioEmbedded]),
    tests(
      "SeederTests",
      [
        "ArchiveModel", "ArchiveFiles", "HTTPMessages", "Ledger", "PeerWire", "Seeder", "CLinux",
        nioCore, lifecycle, logging,
      ],
      exclude: ["Fixtures/hash-answers.py"]),
    tests(
      "FollowerTests",
      ["ArchiveModel", "ArchiveFiles", "PackagesParser", "ReleaseTrust", "Ledger", "Follower"]),
    tests("TrackerTests", ["ArchiveModel", "Tracker"]),
    tests("PlottingTests", ["Plotting"]),
    tests(
      "SimulationTests",
      [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "Ledger", "PeerWire", "Publisher",
        "Plotting", "Simulation",
      ]),
    tests("TrackerDaemonTests", ["ArchiveModel", "Tracker", "TrackerDaemon", lifecycle]),
    tests(
      "SwarmClientTests",
      [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "ReleaseTrust", "TorrentMetadata",
        "PeerWire", "Tracker", "TrackerDaemon", "SwarmClient", nioCore, nioPosix, lifecycle,
      ]),
  ]
)
