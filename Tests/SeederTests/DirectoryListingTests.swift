// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import Foundation
import Seeder
import Testing

/// Listings, which are off unless the operator wants them.
struct DirectoryListingTests {
  private let listing: (inout SeederConfiguration) -> Void = { $0.listings = true }

  @Test func listsWhatCanBeAskedFor() async throws {
    try await withSeeder(configuredBy: listing) { seeder in
      try seeder.archive.write("archive/pool/<&\">: x.deb", Data("odd".utf8))
      let page = try await curl(url: seeder.url("pool/"))
      #expect(page.status == 200)
      #expect(page["Content-Type"] == "text/html; charset=utf-8")
      #expect(page.text.contains("<title>Index of /pool/</title>"))
      #expect(page.text.contains("<a href=\"./main/\">main/</a>"))
      #expect(
        page.text.contains("<a href=\"./%3C%26%22%3E%3A%20x.deb\">&lt;&amp;&quot;&gt;: x.deb</a>"))
      #expect(!page.text.contains(".unfinished"))
      // To Unicode a letter of its own, to a browser the beginning of a tag.
      try seeder.archive.write("archive/pool/<\u{338}b.deb", Data("odd".utf8))
      let combined = try await curl(url: seeder.url("pool/"))
      #expect(combined.text.utf8.count { $0 == 0x3C } == page.text.utf8.count { $0 == 0x3C } + 2)
      let odd = try await curl(url: seeder.url("pool/%3C%26%22%3E%3A%20x.deb"))
      #expect(odd.text == "odd")
    }
  }

  @Test func nothingIsToldOfWhatLiesOutside() async throws {
    try await withSeeder(configuredBy: listing) { seeder in
      let pool = try await curl(url: seeder.url("pool/"))
      for name in ["relative", "absolute", "outside"] { #expect(!pool.text.contains(name)) }
      let dists = try await curl(url: seeder.url("dists/"))
      #expect(dists.text.contains("<a href=\"./stable/\">"))
      let overlay = try await curl(url: seeder.url("overlay/"))
      #expect(overlay.text.contains("<a href=\"./pool/\">"))
    }
  }

  @Test func aDirectoryWithoutItsSlashIsMoved() async throws {
    try await withSeeder(configuredBy: listing) { seeder in
      let reply = try await curl(url: seeder.url("pool/main"))
      #expect(reply.status == 301)
      #expect(reply["Location"] == "/pool/main/")
      for (path, status) in [
        ("", 200), ("overlay/dists/", 200), ("none/", 404), ("pool/outside/", 404),
        ("dists/bookworm/InRelease/", 404),
      ] {
        let reply = try await curl(url: seeder.url(path))
        #expect(reply.status == status)
      }
    }
  }

  @Test(arguments: ["pool/", "pool", ""])
  func withoutThemThereIsNone(path: String) async throws {
    try await withSeeder { seeder in
      let reply = try await curl(url: seeder.url(path))
      #expect(reply.status == 404)
    }
  }
}
