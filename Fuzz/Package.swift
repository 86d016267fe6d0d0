// swift-tools-version: 6.2
import PackageDescription

// One program with a target for each parser of bytes from outside; scripts/fuzz builds and runs it.
//
// The rooms are compiled here from their sources (Rooms is a link to ../Sources): so a target may call
// what only its own package sees, and a room that needs NIO or a database is compiled without, of it
// the files alone that parse.

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  // Targets call what only the room itself sees.
  .unsafeFlags(["-enable-testing"]),
]

/// A room, or `sources` of it.
func room(
  _ name: String, _ dependencies: [Target.Dependency], sources: [String]? = nil
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Rooms/\(name)", sources: sources,
    swiftSettings: settings)
}

func system(_ name: String, pkgConfig: String? = nil) -> Target {
  .systemLibrary(name: name, path: "Rooms/\(name)", pkgConfig: pkgConfig)
}

let package = Package(
  name: "archive-tool-fuzz",
  targets: [
    system("CBzip2"), system("CDeflate", pkgConfig: "libdeflate"),
    system("CLzma", pkgConfig: "liblzma"), system("CLibxml2", pkgConfig: "libxml-2.0"),
    system("CZlib", pkgConfig: "zlib"), system("CZstd", pkgConfig: "libzstd"),
    system("CLibcrypto", pkgConfig: "libcrypto"),
    .target(name: "CLinux", path: "Rooms/CLinux"),
    .target(name: "CXMLReader", dependencies: ["CLibxml2"], path: "Rooms/CXMLReader"),

    room("ArchiveModel", []),
    room("ArchiveFiles", ["ArchiveModel", "CLinux", "CLibcrypto"]),
    room("PackagesParser", ["ArchiveModel", "ArchiveFiles", "CBzip2", "CLzma", "CZlib", "CZstd"]),
    room("TorrentMetadata", ["ArchiveModel", "ArchiveFiles", "CXMLReader"]),
    room("HTTPMessages", ["ArchiveModel"]),
    room("PeerWire", ["ArchiveModel", "ArchiveFiles", "TorrentMetadata"]),
    room("Tracker", ["ArchiveModel"]),
    room(
      "ReleaseTrust", ["ArchiveModel", "PackagesParser"],
      sources: ["GpgvStatus.swift", "TrustPolicy.swift"]),
    room(
      "Ledger", ["ArchiveModel", "ArchiveFiles"],
      sources: [
        "Numbering.swift", "PublisherID.swift", "Records.swift", "StoredContent.swift",
      ]),
    room(
      "StandardObjects", ["ArchiveModel", "Ledger", "TorrentMetadata"],
      sources: ["ObjectAddresses.swift", "SingleFile.swift", "SingleFile+Metalink.swift"]),
    room(
      "Publisher",
      [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "Ledger", "ReleaseTrust",
        "StandardObjects", "TorrentMetadata", "CBzip2", "CDeflate", "CLinux", "CLzma", "CZstd",
      ],
      sources: [
        "Blocks", "Objects/ObjectManifest.swift", "Objects/ObjectSettings.swift",
        "Output/Tree.swift", "Policy", "Reading/PackageFile.swift", "Run/RunReport.swift",
        "Settings",
      ]),
    room(
      "Seeder", ["ArchiveModel", "HTTPMessages"],
      sources: ["ListenAddress.swift", "Site/Route.swift"]),
    room(
      "SwarmClient",
      [
        "ArchiveModel", "ArchiveFiles", "HTTPMessages", "PackagesParser", "PeerWire",
        "TorrentMetadata", "Tracker",
      ],
      sources: [
        "Engine/LeafProofs.swift", "Engine/PieceKey.swift", "HTTP/HTTPAnswer+Reading.swift",
        "HTTP/HTTPFailure.swift", "HTTP/HTTPRequest.swift", "HTTP/HTTPURL.swift",
        "HTTP/ResponseFields.swift", "Index/DebianVersion.swift", "Index/PackageRequest.swift",
        "Index/ReleaseTorrents.swift", "Index/WantedPieces.swift", "PackageFile.swift",
        "PieceTable.swift", "Trackers/TrackerAnswer.swift", "Trackers/TrackerRequest.swift",
        "Trackers/UDPTrackerExchange.swift",
      ]),
    room(
      "ArchiveTool",
      [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "Publisher", "Seeder", "StandardObjects",
        "TorrentMetadata",
      ],
      sources: [
        "Commands/PassedSockets.swift", "Configuration/ConfigurationFile.swift",
        "Configuration/ObjectFields.swift", "Configuration/SettingField.swift",
      ]),

    // libFuzzer brings the entry point.
    .executableTarget(
      name: "archive-tool-fuzz",
      dependencies: [
        "ArchiveModel", "ArchiveFiles", "PackagesParser", "TorrentMetadata", "HTTPMessages",
        "PeerWire", "Tracker", "ReleaseTrust", "Ledger", "StandardObjects", "Publisher", "Seeder",
        "SwarmClient", "ArchiveTool",
      ],
      path: "Sources",
      swiftSettings: [
        .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
        .unsafeFlags(["-parse-as-library"]),
      ]),
  ]
)
