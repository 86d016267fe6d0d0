// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Which paths lead to a file, and which must not.
struct SiteTests {
  @Test(arguments: [
    ("overlay/dists/bookworm/InRelease", "of the overlay\n"),
    ("dists/bookworm/InRelease", "of the archive\n"),
  ])
  func overlay(path: String, content: String) async throws {
    try await withSeeder { seeder in
      let reply = try await curl(url: seeder.url(path))
      #expect(reply.status == 200)
      #expect(reply.text == content)
    }
  }

  @Test func overlaysPoolIsTheArchives() async throws {
    try await withSeeder { seeder in
      let reply = try await curl(url: seeder.url("overlay/\(TestArchive.package)"))
      #expect(reply.status == 200)
      #expect(reply.content == TestArchive.packageBytes)
    }
  }

  @Test(arguments: [
    "", "dists", "dists/", "dists/bookworm", "pool/", "overlay", "overlay/", "overlay/dists/",
    "overlay/dists/bookworm", "dists/none", "dists/bookworm/InRelease/x", "notes.txt",
    "pool/.unfinished/a.deb", "overlay/.generations/7/InRelease", ".git/config",
    "overlay/dists/stable/InRelease", "overlay/notes.txt", "overlay/poolside", "overlayed/pool/x",
  ])
  func nothingThere(path: String) async throws {
    try await withSeeder { seeder in
      let reply = try await curl(url: seeder.url(path))
      #expect(reply.status == 404)
      #expect(reply.text == "There is no such file.\n")
      #expect(reply["Content-Length"] == "\(reply.content.count)")
    }
  }

  @Test(arguments: [
    ("../outside/secret", 400), ("pool/../../outside/secret", 400),
    ("pool/%2e%2e/%2e%2e/outside/secret", 400), ("pool/..%2f..%2foutside/secret", 400),
    ("pool/./main", 400), ("overlay/../pool/a.deb", 400), ("pool/a%00", 400), ("pool/%gg", 400),
    ("/etc/passwd", 404), ("%2fetc/passwd", 404), ("overlay//etc/passwd", 404),
    ("overlay/%2fetc/passwd", 404),
  ])
  func noSpellingLeadsOut(path: String, status: Int) async throws {
    try await withSeeder { seeder in
      let reply = try await curl("--path-as-is", url: seeder.url(path))
      #expect(reply.status == status)
      #expect(!reply.text.contains("secret"))
    }
  }

  @Test(arguments: [
    "pool/relative", "pool/absolute", "pool/outside/secret", "overlay/pool/relative",
  ])
  func noLinkLeadsOut(path: String) async throws {
    try await withSeeder { seeder in
      let reply = try await curl(url: seeder.url(path))
      #expect(reply.status == 404)
      #expect(!reply.text.contains("secret"))
    }
  }
}
