// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Disks that are full or cannot be written. Root ignores modes, so each of these runs in a mount
/// namespace of its own; where that is not permitted, the tests fail and say so.
@Suite struct DiskTests {
  /// Runs a shell script whose mounts nobody else sees, with the program as its arguments.
  private func hash(_ archive: ArchiveFixture, behind script: String) throws -> Outcome {
    var command = try archive.hashCommand()
    let private_ = ["unshare", "--mount", "--map-root-user", "sh", "-e", "-c"]
    command.arguments = private_ + [script, "sh"] + command.arguments
    let outcome = try command.run()
    guard !outcome.errors.contains("unshare"), !outcome.errors.contains("mount:") else {
      throw FixtureError("no private mounts here, so disks cannot be tested: \(outcome)")
    }
    return outcome
  }

  private func readOnly(_ path: String) -> String {
    "mount --bind \(path) \(path); mount -o remount,bind,ro \(path); exec \"$@\""
  }

  /// Published once, with an update to come.
  private func archive() throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    try archive.update()
    return archive
  }

  @Test func aReadOnlyOutput() throws {
    let archive = try archive()
    let (overlay, numbers) = (try TreeState.status(of: archive.overlay), try archive.numbers())
    let outcome = try hash(
      archive, behind: readOnly(archive.overlay))
    #expect(outcome.status == 73, "\(outcome)")
    #expect(outcome.errors.contains(archive.overlay), "\(outcome)")
    #expect(outcome.errors.contains("Read-only file system"), "\(outcome)")
    try expectUnchanged(archive.overlay, since: overlay)
    // The numbers are given, durable, and the same when the disk is mended.
    let given = try archive.query("SELECT first, count, content FROM number ORDER BY 1, 2, 3")
    try archive.hashInSilence()
    #expect(
      try archive.query("SELECT first, count, content FROM number ORDER BY 1, 2, 3") == given)
    #expect(try archive.numbers() != numbers)
    try archive.expectSound()
  }

  @Test func aReadOnlyState() throws {
    let archive = try archive()
    let overlay = try TreeState.status(of: archive.overlay)
    let outcome = try hash(
      archive, behind: readOnly(archive.state))
    #expect(outcome.status == 73 && outcome.errors.contains(archive.state), "\(outcome)")
    try expectUnchanged(archive.overlay, since: overlay)
    try archive.hashInSilence()
  }

  @Test func aReadOnlyArchiveIsEnoughBeside() throws {
    let archive = try archive()
    let outcome = try hash(
      archive, behind: readOnly(archive.archive))
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    try archive.expectSound()
  }

  /// Runs the program with `directory` on a disk of two megabytes with `free` KiB left, and puts
  /// what lies there in the end in the directory's place.
  private func hash(
    _ archive: ArchiveFixture, directory: String, free: Int
  ) throws -> Outcome {
    let (before, after) = ("\(directory).before", "\(directory).after")
    try Files.move(directory, to: before)
    try Files.makeDirectory(directory)
    let outcome = try hash(
      archive,
      behind: """
        mount -t tmpfs -o size=2m none \(directory)
        cp -a \(before)/. \(directory)/
        head -c 3000000 /dev/zero 2>&- >\(directory)/.fill || true
        truncate -s -\(free)K \(directory)/.fill
        status=0
        "$@" || status=$?
        rm \(directory)/.fill
        cp -a \(directory) \(after)
        exit $status
        """)
    try Files.remove(directory)
    try Files.move(after, to: directory)
    return outcome
  }

  /// Each content's numbers, which torrent and where they are retired; alike for all publishers.
  private func given(_ archive: ArchiveFixture) throws -> [String] {
    try archive.query(
      """
      SELECT architecture, generation, hex(sha256), first, count, retired FROM number
      JOIN torrent ON torrent.id = torrent JOIN content ON content.id = content
      ORDER BY 1, 2, 4
      """)
  }

  private static let undisturbed = Result {
    let tests = DiskTests()
    let archive = try tests.archive()
    try archive.hashInSilence()
    return (
      try tests.given(archive), try PublishedSet(archive.published).index(ArchiveFixture.amd64)
    )
  }

  /// From no room at all to nearly enough.
  @Test(arguments: [0, 40, 64, 128])
  func aFullDiskUnderTheState(free: Int) throws {
    let archive = try archive()
    let overlay = try PublishedSet(archive.published).release
    let outcome = try hash(archive, directory: archive.state, free: free)
    if outcome.status != 0 || free < 64 {
      #expect(outcome.status == 74, "\(outcome)")
      #expect(outcome.errors.contains("\(archive.state)/"), "\(outcome)")
      #expect(outcome.errors.contains("full") || outcome.errors.contains("No space"), "\(outcome)")
    }
    if free < 64 { #expect(try PublishedSet(archive.published).release == overlay) }
    try archive.expectSound()
    try archive.hashInSilence()
    try expectAsUndisturbed(archive)
  }

  @Test(arguments: [0, 16])
  func aFullDiskUnderTheOutput(free: Int) throws {
    let archive = try archive()
    let overlay = try TreeState.contents(of: archive.overlay)
    let outcome = try hash(archive, directory: archive.overlay, free: free)
    #expect(outcome.status == 74, "\(outcome)")
    #expect(outcome.errors.contains("\(archive.overlay)/"), "\(outcome)")
    #expect(outcome.errors.contains("No space left on device"), "\(outcome)")
    // What readers see is what they saw.
    let after = try TreeState.contents(of: archive.overlay)
    #expect(after.filter { !$0.key.contains("/.staging/") } == overlay)
    try archive.hashInSilence()
    try expectAsUndisturbed(archive)
  }

  private func expectAsUndisturbed(_ archive: ArchiveFixture) throws {
    let (numbers, index) = try Self.undisturbed.get()
    #expect(try given(archive) == numbers)
    #expect(try PublishedSet(archive.published).index(ArchiveFixture.amd64) == index)
    try archive.expectSound()
  }
}
