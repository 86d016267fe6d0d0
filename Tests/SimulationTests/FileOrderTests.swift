// SPDX-License-Identifier: Apache-2.0

import Publisher
import Testing

@testable import Simulation

@Suite("The order of files")
struct FileOrderTests {
  private func names(
    _ order: FileOrder, _ files: [PackageFile], _ popularity: Popularity? = nil
  ) -> [String] {
    order.positions(of: files, popularity: popularity).map { files[$0].package }
  }

  @Test("by path is bytewise, by name as well")
  func bytewise() throws {
    let files = [
      try file("b", 1, path: "pool/main/a/z.deb"), try file("a", 1, path: "pool/main/b/a.deb"),
      try file("Z", 1, path: "pool/main/c/a.deb"), try file("a-b", 1, path: "pool/main/B/a.deb"),
    ]
    #expect(names(.path, files) == ["a-b", "b", "a", "Z"])
    #expect(names(.name, files) == ["Z", "a", "a-b", "b"])
  }

  @Test("by Priority begins with what is required, and ends with what does not say")
  func priorities() throws {
    let files = try ["", "extra", "optional", "Standard", "important", "required"].map {
      try file($0.isEmpty ? "none" : $0, 1, priority: $0)
    }
    let expected = ["required", "important", "Standard", "optional", "extra", "none"]
    #expect(names(.priority, files) == expected)
  }

  @Test("by Section and by source is that within a Priority")
  func nested() throws {
    let files = [
      try file("d", 1, section: "admin", priority: "optional", source: "x"),
      try file("c", 1, section: "admin", priority: "optional", source: "y"),
      try file("b", 1, section: "net", priority: "optional", source: "a"),
      try file("a", 1, section: "utils", priority: "required", source: "z"),
      try file("e", 1, section: "admin", priority: "optional", source: "x"),
    ]
    #expect(names(.priority, files) == ["a", "b", "c", "d", "e"])
    #expect(names(.section, files) == ["a", "c", "d", "e", "b"])
    #expect(names(.source, files) == ["a", "d", "e", "c", "b"])
  }

  @Test("by popularity ends with what nobody is known to have")
  func popular() throws {
    let files = try ["a", "b", "c", "d"].map { try file($0, 1) }
    let list = try popularity("1 c 900 1 1 1 1 (x)\n2 a 20 1 1 1 1 (y)\n")
    #expect(names(.popularity, files, list) == ["c", "a", "b", "d"])
  }
}
