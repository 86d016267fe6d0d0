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

  @Test(arguments: ["pool/.pad/70000", ".pad/70000", "overlay/pool/.pad/70000"])
  func paddingIsZeros(path: String) async throws {
    try await withSeeder { seeder in
      let reply = try await curl(url: seeder.url(path))
      #expect(reply.status == 200 && reply["Content-Length"] == "70000")
      #expect(reply.content == Data(repeating: 0, count: 70_000))
      let part = try await curl("-r", "69990-", url: seeder.url(path))
      #expect(part.status == 206 && part.content.count == 10)
    }
  }

  @Test(arguments: [
    "pool/.pad/0", "pool/.pad/012", "pool/.pad/-1", "pool/.pad/1x", "pool/.pad/1/2", "pool/.pad/",
    "pool/.pad/67108865", "pool/.pad/99999999999999999999", "pool/.padding/1",
  ])
  func otherPaddingIsNowhere(path: String) async throws {
    try await withSeeder { seeder in
      let reply = try await curl(url: seeder.url(path))
      #expect(reply.status == 404)
    }
  }

  @Test(arguments: [
    "", "dists", "dists/", "dists/bookworm", "pool/", "overlay", "overlay/", "overlay/dists/",
    "overlay/dists/bookworm", "dists/none", "dists/bookworm/InRelease/x",
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
