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

// A package of its own: it knows the built program alone, none of its modules.
let package = Package(
  name: "EndToEnd",
  products: [.library(name: "ArchiveFixture", targets: ["ArchiveFixture"])],
  targets: [
    .target(name: "ArchiveFixture", swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests", dependencies: ["ArchiveFixture"], swiftSettings: settings),
  ]
)
