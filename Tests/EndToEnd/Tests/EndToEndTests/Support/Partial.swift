// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

extension ArchiveFixture {
  /// A run that must publish everything but the fields of `packages`, whose stanzas stay as they
  /// are, end with `status` and say each of `words` on standard error.
  func expectLeftOut(
    _ packages: [String], status: Int32, saying words: String..., by arguments: [String] = [],
    at place: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try hashCommand(arguments).run()
    #expect(outcome.status == status, "\(outcome)", sourceLocation: place)
    for word in words {
      #expect(outcome.errors.contains(word), "\(outcome)", sourceLocation: place)
    }
    try expectSound(at: place)
    let set = try PublishedSet(published)
    #expect(set.release.value(of: "Date") == release.date, sourceLocation: place)
    for (path, bytes) in indices where path != ArchiveFixture.sources {
      let before = String(decoding: bytes, as: UTF8.self).stanzas
      let after = try set.index(path).stanzas
      #expect(before.count == after.count, sourceLocation: place)
      for (old, new) in zip(before, after) {
        let name = old.value(of: "Package") ?? ""
        let isLeftOut = packages.contains(name)
        #expect(isLeftOut == (new == old), "\(path): \(name)", sourceLocation: place)
        #expect(
          isLeftOut == (new.value(of: "Piece-Numbers") == nil), "\(path): \(name)",
          sourceLocation: place)
      }
    }
    let numbered = try set.index("main/binary-amd64/Packages-pieces")
    for name in packages {
      #expect(!numbered.contains("/\(name)_"), "\(name) in the piece index", sourceLocation: place)
    }
  }
}
