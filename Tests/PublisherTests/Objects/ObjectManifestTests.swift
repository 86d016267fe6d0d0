// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser
import Testing

@testable import Publisher

@Suite("The manifest of objects")
struct ObjectManifestTests {
  private let scratch = try? ScratchDirectory()
  private let content = ContentID(sha256: .zero, size: ByteCount(5))

  private func manifest(_ settings: String) throws -> ObjectManifest {
    ObjectManifest(settings: try .hashing(Array(settings.utf8)))
  }

  private func location(_ component: String) throws -> IndexLocation {
    IndexLocation(component: component, kind: .packages(architecture: "amd64"))
  }

  @Test("what is written is read again, paths with blanks as well")
  func roundTrip() throws {
    let path = try #require(scratch).path + "/manifest"
    var manifest = try manifest("one")
    let entry = ObjectManifest.Entry(
      index: try location("non-free/x"), path: try ArchivePath("pool/a b.deb"),
      content: content, torrentSize: 3, metalinkSize: 4)
    manifest[entry.key] = entry

    try manifest.write(to: path)

    let read = ObjectManifest(path: path, settings: manifest.settings)
    #expect(read.entries == [entry.key: entry])
  }

  @Test("one of other settings, or none, or a damaged one is empty: all is made again")
  func others() throws {
    let path = try #require(scratch).path + "/manifest"
    var manifest = try manifest("one")
    let entry = ObjectManifest.Entry(
      index: try location("main"), path: try ArchivePath("a"), content: content, torrentSize: 1)
    manifest[entry.key] = entry
    try manifest.write(to: path)

    #expect(ObjectManifest(path: path, settings: try self.manifest("two").settings).entries.isEmpty)
    #expect(ObjectManifest(path: path + "2", settings: manifest.settings).entries.isEmpty)
    try Descriptor.open(path, 0o1 | 0o1000).write(Array("\(manifest.settings)\nno\n".utf8))
    #expect(ObjectManifest(path: path, settings: manifest.settings).entries.isEmpty)
  }
}
