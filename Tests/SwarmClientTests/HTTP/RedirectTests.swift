// SPDX-License-Identifier: Apache-2.0

import SwarmClient
import Testing

@Suite struct RedirectTests {
  private typealias Reply = ScriptedServer.Reply

  private func outcome(_ script: @escaping ScriptedServer.Script) async throws -> TestClient.Outcome
  {
    let server = try await ScriptedServer.start(script)
    let client = try await TestClient()
    let outcome = try await client.get(HTTPRequest(try httpURL(server.url("/a/0"))))
    try await client.shutDown()
    try await server.stop()
    return outcome
  }

  @Test("five redirects are followed", arguments: [301, 302, 303, 307, 308])
  func five(status: Int) async throws {
    let outcome = try await outcome { request in
      let step = Int(request.target.drop { !$0.isNumber }) ?? 0
      return step == 5
        ? Reply("200 OK", body: "here") : Reply("\(status) Moved", ["Location: /a/\(step + 1)"])
    }
    #expect(outcome.body == "here")
  }

  @Test("a sixth is not")
  func six() async throws {
    let outcome = try await outcome { _ in Reply("302 Found", ["Location: /again"]) }
    #expect(outcome.failure == .redirect("more than 5 times"))
  }

  @Test(
    "another scheme is not", arguments: ["ftp://localhost/", "file:///etc/passwd", "http://a b/"])
  func schemes(location: String) async throws {
    let outcome = try await outcome { _ in Reply("302 Found", ["Location: \(location)"]) }
    #expect(outcome.failure == .redirect("to what is no http or https URL"))
  }

  @Test("nothing leads from https to http")
  func downgrade() throws {
    let (plain, secure) = (try httpURL("http://a.example/"), try httpURL("https://a.example/"))
    #expect(!secure.mayLead(to: plain))
    #expect(secure.mayLead(to: secure) && plain.mayLead(to: secure) && plain.mayLead(to: plain))
  }

  @Test("a Location is resolved against the URL")
  func resolving() throws {
    let base = try httpURL("https://a.example:8443/b/c?d/e")
    #expect(base.resolving("f")?.string == "https://a.example:8443/b/f")
    #expect(base.resolving("/f?g")?.string == "https://a.example:8443/f?g")
    #expect(base.resolving("//h.example/f")?.string == "https://h.example/f")
    #expect(base.resolving("http://h.example:80/f#g")?.string == "http://h.example/f")
    #expect(base.resolving("mailto:h@example") == nil)
  }

  @Test(
    "a URL names host, port and target",
    arguments: [
      ("http://example", "example", 80, "/"),
      ("https://Example:444/a%20b?c#d", "example", 444, "/a%20b?c"),
      ("http://[2001:DB8::1]/", "2001:db8::1", 80, "/"),
      ("http://[2001:db8::1]:8080?q", "2001:db8::1", 8080, "/?q"),
    ])
  func parts(text: String, host: String, port: Int, target: String) throws {
    let url = try httpURL(text)
    #expect(url.origin.host == host)
    #expect(url.origin.port == port)
    #expect(url.target == target)
  }

  @Test(
    "a URL with a user, another scheme or no port is none",
    arguments: [
      "http://user:secret@example/", "ftp://example/", "http://example:0/", "udp://example:80/",
    ])
  func refused(text: String) {
    #expect(throws: NoURL.self) { try httpURL(text) }
  }
}
