// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import SwarmClient
import Testing

@Suite("A package is asked for") struct PackageRequestTests {
  struct Form: Sendable {
    let text: String
    let name: String
    var architecture: String?
    var version: String?
    var suite: String?
  }

  static let forms = [
    Form(text: "hello", name: "hello"), Form(text: "libstdc++6", name: "libstdc++6"),
    Form(text: "hello:arm64", name: "hello", architecture: "arm64"),
    Form(text: "hello=2.10-3", name: "hello", version: "2.10-3"),
    Form(text: "hello:arm64=1:2", name: "hello", architecture: "arm64", version: "1:2"),
    Form(text: "hello=1:2-3:arm64", name: "hello", architecture: "arm64", version: "1:2-3"),
    Form(text: "hello/trixie", name: "hello", suite: "trixie"),
    Form(text: "hello:all=1/sid", name: "hello", architecture: "all", version: "1", suite: "sid"),
  ]

  @Test("by name, architecture, version and suite", arguments: Self.forms)
  func parts(form: Form) throws {
    let request = try PackageRequest(form.text)
    #expect(request.name == form.name)
    #expect(request.architecture == form.architecture)
    #expect(request.version == form.version)
    #expect(request.suite == form.suite)
  }

  @Test(
    "and by nothing else",
    arguments: [
      "a-name=5.h:amd64=5unix:sid", "a-name=5.h:amd64:sid", "a-name=1:",
      "", "a", "-x", "hello:", "hello=", "hello/", "/etc/passwd", "hel lo", "hello:a/b/c", "héllo",
      "hello:am d64",
    ])
  func refused(text: String) {
    #expect(throws: ArchiveError.self) { try PackageRequest(text) }
  }
}
