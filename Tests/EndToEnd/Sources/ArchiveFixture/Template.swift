// SPDX-License-Identifier: Apache-2.0

/// The archive that every test begins with, made once and copied.
enum Template {
  static func shared() throws -> ArchiveFixture { try made.get().fixture }

  // Nobody changes it once it is made.
  private struct Made: @unchecked Sendable { let fixture: ArchiveFixture }

  private static let made = Result { Made(fixture: try make()) }

  private static func make() throws -> ArchiveFixture {
    let fixture = try ArchiveFixture(emptyIn: Scratch.directory("template"))
    for name in ["adagio", "ballad", "canon", "duet", "etude", "gavotte", "hornpipe", "jig"] {
      try fixture.add(DebianPackage(name, payload: 5_000 + 3_000 * name.count))
    }
    try fixture.add(
      // Several pieces at the default size.
      DebianPackage("fugue", payload: 1_300_000),
      DebianPackage("impromptu", component: "contrib"),
      DebianPackage("kujawiak", architecture: "arm64"),
      DebianPackage("largo-doc", architecture: "all"),
      DebianPackage("mazurka-doc", architecture: "all"),
      DebianPackage("nocturne-doc", architecture: "all", payload: 600_000))
    try addSource(to: fixture)
    try fixture.scan()
    try fixture.publish()
    try Files.link("\(fixture.archive)/dists/stable", to: fixture.suite)
    return fixture
  }

  /// A source package as dpkg-source makes it.
  private static func addSource(to fixture: ArchiveFixture) throws {
    let work = try Scratch.directory("source")
    defer { Scratch.remove(work) }
    let tree = "\(work)/opera-1.0"
    try Files.write(
      """
      Source: opera
      Maintainer: Nobody <nobody@localhost>
      Section: misc
      Priority: optional
      Standards-Version: 4.6.2

      Package: opera
      Architecture: all
      Description: a longer piece of music
       In three acts.

      """, to: "\(tree)/debian/control")
    try Files.write(
      """
      opera (1.0) unstable; urgency=low

        * First night.

       -- Nobody <nobody@localhost>  Sat, 01 Nov 2025 12:00:00 +0000

      """, to: "\(tree)/debian/changelog")
    try Files.write("3.0 (native)\n", to: "\(tree)/debian/source/format")
    try Files.write(DebianPackage.noise(900_000, seed: "opera"), to: "\(tree)/score")
    try Command(
      ["dpkg-source", "--build", "opera-1.0"],
      environment: ["SOURCE_DATE_EPOCH": "1000000000"], directory: work
    ).check()
    let pool = "\(fixture.archive)/pool/main/o/opera"
    try Files.makeDirectory(pool)
    for name in Files.names(in: work) where name.hasPrefix("opera_") {
      try Files.move("\(work)/\(name)", to: "\(pool)/\(name)")
    }
  }
}
