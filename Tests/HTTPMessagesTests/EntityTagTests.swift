// SPDX-License-Identifier: Apache-2.0

import HTTPMessages
import Testing

struct EntityTagTests {
  /// The table of RFC 9110 section 8.8.3.2: tag, tag, strong comparison, weak comparison.
  @Test(arguments: [
    ("W/\"1\"", "W/\"1\"", false, true), ("W/\"1\"", "W/\"2\"", false, false),
    ("W/\"1\"", "\"1\"", false, true), ("\"1\"", "\"1\"", true, true),
  ])
  func comparesAsTheRFCsTable(a: String, b: String, strong: Bool, weak: Bool) throws {
    let (a, b) = (try #require(EntityTag(a)), try #require(EntityTag(b)))
    #expect(a.stronglyMatches(b) == strong)
    #expect(a.weaklyMatches(b) == weak)
  }

  /// The examples of RFC 9110 section 13.1.2.
  @Test func readsLists() {
    #expect(EntityTagList("*") == .any)
    #expect(EntityTagList("\"xyzzy\"") == .tags([EntityTag(opaque: "xyzzy")]))
    #expect(
      EntityTagList("W/\"xyzzy\", W/\"r2d2xxxx\", \"c3,io\"")
        == .tags([
          EntityTag(opaque: "xyzzy", isWeak: true), EntityTag(opaque: "r2d2xxxx", isWeak: true),
          EntityTag(opaque: "c3,io"),
        ]))
    #expect(EntityTagList(", ,\"\",") == .tags([EntityTag(opaque: "")]))
  }

  @Test(arguments: ["", ",", "xyzzy", "\"open", "w/\"1\"", "\"1\" \"2\"", "W/", "*, \"1\""])
  func refusesTheMalformed(text: String) {
    #expect(EntityTagList(text) == nil)
  }

  @Test func readsOneTagOnly() {
    #expect(EntityTag("\"1\", \"2\"") == nil)
    #expect(EntityTag("*") == nil)
  }

  @Test func whatItWritesItReads() {
    let tag = EntityTag(inode: 1234, size: 0, modified: -1)
    #expect(tag.description == "\"4d2-0--1\"")
    #expect(EntityTag(tag.description) == tag)
    #expect(EntityTag("W/\"a\"")?.description == "W/\"a\"")
  }
}
