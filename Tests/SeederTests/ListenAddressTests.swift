// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Seeder
import Testing

struct ListenAddressTests {
  @Test(arguments: [
    ("127.0.0.1:8080", "127.0.0.1", 8080), ("archive.example:80", "archive.example", 80),
    ("[::1]:0", "::1", 0), ("[::]:65535", "::", 65535),
  ])
  func readsAndWrites(text: String, host: String, port: UInt16) throws {
    let address = try ListenAddress(text)
    #expect(address == .host(host, port: port))
    #expect(address.description == text)
  }

  @Test func readsAUnixSocket() throws {
    #expect(try ListenAddress("unix:/run/seed.sock") == .unix("/run/seed.sock"))
    #expect(try ListenAddress("unix:/run/seed.sock").description == "unix:/run/seed.sock")
  }

  @Test(arguments: [
    "unix:", "unix:relative", "unix:/\(String(repeating: "x", count: 107))", "", ":", ":80",
    "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "[::1]",
    "[::1]80", "[]:80", "[127.0.0.1]:80", "[::1:80", "a b]:80", "host:+80",
  ])
  func refusesTheRest(text: String) {
    #expect {
      try ListenAddress(text)
    } throws: {
      ($0 as? ArchiveError)?.code == .usage
    }
  }
}
