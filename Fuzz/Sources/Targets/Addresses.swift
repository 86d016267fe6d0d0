// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Glibc
import Seeder
import SwarmClient
import TorrentMetadata
import Tracker

@testable import ArchiveTool

/// Addresses as people, Releases, redirects and systemd write them.
func fuzzAddresses(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let address = IPAddress(text) {
    demand(IPAddress("\(address)") == address, "\(address) is read as another")
    demand((try? Network("\(address)"))?.contains(address) == true, "not in its own network")
  }
  _ = try? Network(text)
  if let listen = try? ListenAddress(text) {
    demand((try? ListenAddress("\(listen)")) == listen, "\(listen) is read as another")
  }
  if let url = AbsoluteURL(text) {
    demand(url.string.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "an odd URL")
    if let asked = HTTPURL(url) { demandHeadIsOne(asked) }
  }
  guard
    let base = AbsoluteURL("http://mirror.example:8080/debian/dists/?a").flatMap({ HTTPURL($0) })
  else { return demand(false, "no base") }
  if let next = base.resolving(text) { demandHeadIsOne(next) }
  if let request = try? PackageRequest(text) {
    demand((try? PackageRequest("\(request)")) == request, "\(request) is read as another")
  }
  passedSockets(text)
}

/// What goes into a request line and a Host field must not begin another line.
private func demandHeadIsOne(_ url: HTTPURL) {
  demand(
    (url.target + url.host).utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a request of two lines")
  demand(url.target.utf8.first == 0x2F, "a target without a path")
  demand((1...65535).contains(url.origin.port), "no port")
  demand(!url.origin.host.isEmpty, "no host")
}

private func passedSockets(_ text: String) {
  // Numbers beyond these are descriptors of libFuzzer's own.
  guard let count = text.split(separator: "\n").first, !count.utf8.contains(0),
    (Int(count) ?? 0) < 2
  else { return }
  setenv("LISTEN_PID", "\(getpid())", 1)
  setenv("LISTEN_FDS", String(count), 1)
  demand(PassedSockets.take().count <= 1, "more sockets than were passed")
  demand(getenv("LISTEN_FDS") == nil, "children would take the sockets for theirs")
}
