// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Testing
import Tracker

@testable import SwarmClient

@Suite("A name that a redirect leads to") struct ScopedResolverTests {
  private func resolves(_ host: String, _ scope: AddressScope) async throws -> Bool {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let resolver = ScopedResolver(loop: loop, pool: .singleton, scope: scope)
    let six = resolver.initiateAAAAQuery(host: host, port: 80)
    let four = resolver.initiateAQuery(host: host, port: 80)
    let found = try? await (six.get(), four.get())
    return found.map { !$0.0.isEmpty || !$0.1.isEmpty } ?? false
  }

  @Test(
    "has no private address when a public server names it",
    arguments: [
      "127.0.0.1", "::1", "localhost", "10.0.0.1", "192.168.1.1", "169.254.169.254", "fd00::1",
      "fe80::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:a00:1::1", "0x7f.1", "2130706433",
    ])
  func fromOutside(host: String) async throws {
    #expect(try await !resolves(host, .global))
  }

  @Test("has no loopback address when a server of the network names it")
  func fromTheNetwork() async throws {
    #expect(try await resolves("10.0.0.1", .site))
    #expect(try await !resolves("127.0.0.1", .site))
    #expect(try await !resolves("localhost", .site))
  }

  @Test("has a public address, whoever names it")
  func outside() async throws {
    for scope in [AddressScope.global, .site, .host] {
      #expect(try await resolves("192.0.2.1", scope))
      #expect(try await resolves("2001:db8::1", scope))
    }
    #expect(try await resolves("127.0.0.1", .host))
  }

  @Test(
    "is this machine's where nothing else knows it, if it is below localhost (RFC 6761, 6.3)",
    arguments: [
      ("localhost", true), ("LocalHost", true), ("mirror.localhost", true),
      ("localhost.example", false), ("notlocalhost", false), ("", false),
    ])
  func below(host: String, isLocal: Bool) {
    let found = ScopedResolver.loopback(host, 80).map { "\($0.ipAddress ?? ""):\($0.port ?? 0)" }
    #expect(found == (isLocal ? ["127.0.0.1:80", "::1:80"] : []))
  }
}
