// swift-tools-version: 6.2
import PackageDescription

// One program for each parser of bytes from outside; scripts/fuzz builds and runs them.
let parsers = [
  "ArchiveDate", "Bzip2", "ClearSigned", "ControlStanza", "Gzip", "Packages", "Release", "Sources",
  "Xz", "Zstd",
]

let parser = Target.Dependency.product(name: "PackagesParser", package: "archive-tool")

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
    .target(name: "FuzzSupport", dependencies: [parser], swiftSettings: settings)
  ]
    + parsers.map {
      .executableTarget(
        name: "Fuzz\($0)", dependencies: ["FuzzSupport", parser], swiftSettings: settings)
    }
)
