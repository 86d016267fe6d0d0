// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Tracker

struct AddressTests {
  @Test(arguments: ["192.0.2.1", "2001:db8::1", "::1", "127.0.0.1"])
  func `An address reads as it is written`(text: String) throws {
    #expect(try #require(IPAddress(text)).description == text)
  }

  @Test func `A mapped address is an IPv4 address`() throws {
    #expect(IPAddress("::ffff:192.0.2.1") == IPAddress("192.0.2.1"))
    #expect(try #require(IPAddress("192.0.2.1")).family == .v4)
  }

  @Test(arguments: ["", "192.0.2", "192.0.2.256", "::g", "tracker"])
  func `What is no address is refused`(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test(arguments: ["127.0.0.1:6969", "[::1]:0"])
  func `An endpoint reads as it is written`(text: String) throws {
    #expect(try Endpoint(text).description == text)
  }

  @Test(arguments: [
    "127.0.0.1", "::1:80", "[127.0.0.1]:80", "localhost:80", "1.2.3.4:65536", ":80",
  ])
  func `What is no endpoint is refused`(text: String) {
    #expect(throws: ArchiveError.self) { try Endpoint(text) }
  }

  @Test(arguments: [
    ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false),
    ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false),
    ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
    ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.6", false),
    ("::/0", "2001:db8::1", true), ("2001:db8::8000/113", "2001:db8::8001", true),
    ("2001:db8::8000/113", "2001:db8::7fff", false),
  ])
  func `A network holds what shares its prefix`(
    network: String, address: String, holds: Bool
  ) throws {
    let address = try #require(IPAddress(address))
    #expect(try Network(network).contains(address) == holds)
  }

  @Test(arguments: ["192.0.2.0/33", "2001:db8::/129", "192.0.2.0/-1", "x/8", "192.0.2.0/"])
  func `What is no network is refused`(text: String) {
    #expect(throws: ArchiveError.self) { try Network(text) }
  }

  @Test(arguments: [
    ("64:ff9b::808:808", AddressScope.global), ("64:ff9b::a00:1", .site),
    ("2002:7f00:1::1", .host), ("2002:808:808::1", .global), ("::10.0.0.1", .site),
    ("198.18.0.1", .site), ("198.20.0.1", .global), ("fec0::1", .site),
    ("8.8.8.8", .global), ("10.1.2.3", .site), ("172.16.0.1", .site),
    ("172.32.0.1", .global), ("192.168.1.1", .site), ("169.254.1.1", .site),
    ("100.64.0.1", .site), ("100.128.0.1", .global), ("127.0.0.1", .host),
    ("2001:db8::1", .global), ("::1", .host), ("fe80::1", .site), ("fd00::1", .site),
  ])
  func `An address means something only within its scope`(
    text: String, scope: AddressScope
  ) throws {
    #expect(AddressScope(try #require(IPAddress(text))) == scope)
  }
}
