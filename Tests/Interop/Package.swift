// swift-tools-version: 6.2
import PackageDescription

let strict = Context.environment["ARCHIVE_TOOL_STRICT"] == "1"

let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

// The archives that are tried with foreign programs are made like those of the end-to-end tests.
let package = Package(
  name: "Interop",
  dependencies: [.package(path: "../EndToEnd")],
  targets: [
    .testTarget(
      name: "InteropTests",
      dependencies: [.product(name: "ArchiveFixture", package: "EndToEnd")],
      swiftSettings: settings)
  ]
)
