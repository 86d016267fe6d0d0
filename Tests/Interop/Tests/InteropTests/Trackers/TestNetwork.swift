// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Synchronization

/// Three hosts on one bridge, each a network namespace with addresses of its own, until this goes.
final class TestNetwork: Sendable {
  /// Who is there; the bridge is the tracker's.
  enum Host: String, CaseIterable, Sendable {
    case tracker, first, second
  }

  enum Family: String, CaseIterable, Sendable {
    case v4 = "IPv4"
    case v6 = "IPv6"

    /// The tracker's, as it stands in a URL. The prefixes are those of RFC 1918 and RFC 3849:
    /// Transmission takes no part in IPv6 from an address outside 2000::/3.
    var tracker: String { self == .v4 ? "10.74.0.1" : "[2001:db8:74::1]" }
  }

  /// Whether this process may make namespaces here.
  static let isAvailable: Bool = {
    let probe = Command("unshare", "--net", "ip", "link", "add", "probe", "type", "bridge")
    return geteuid() == 0 && (try? probe.run().status) == 0
  }()

  private static let count = Mutex(0)
  private static let prefix = "archive-tool-"
  private let name: String

  init() throws {
    Self.removeLeftovers
    let number = Self.count.withLock { count in
      count += 1
      return count
    }
    name = "\(Self.prefix)\(getpid())-\(number)"
    // Interfaces are made inside of namespaces, so that they go with them.
    let script = """
      for host in tracker first second; do
        ip netns add "$1-$host"
        ip -n "$1-$host" link set lo up
      done
      hub=$1-tracker
      ip -n "$hub" link add hub type bridge
      ip -n "$hub" link set hub up
      ip -n "$hub" address add 10.74.0.1/24 dev hub
      ip -n "$hub" address add 2001:db8:74::1/64 dev hub nodad
      number=2
      for host in first second; do
        ip -n "$1-$host" link add eth0 type veth peer name "$host" netns "$hub"
        ip -n "$hub" link set "$host" master hub up
        ip -n "$1-$host" link set eth0 up
        ip -n "$1-$host" address add 10.74.0.$number/24 dev eth0
        ip -n "$1-$host" address add 2001:db8:74::$number/64 dev eth0 nodad
        ip -n "$1-$host" route add default via 10.74.0.1
        ip -n "$1-$host" route add default via 2001:db8:74::1
        number=3
      done
      """
    try Command("sh", "-e", "-c", script, "sh", name).check()
  }

  /// Also where making it failed half-way: all members are set by then.
  deinit { Host.allCases.forEach { Self.remove("\(name)-\($0.rawValue)") } }

  /// The command, run on one of the hosts.
  func command(_ command: Command, on host: Host) -> Command {
    var moved = command
    moved.arguments = ["ip", "netns", "exec", "\(name)-\(host.rawValue)"] + command.arguments
    return moved
  }

  /// Ends whatever still runs in a namespace of ours, and the namespace.
  private static func remove(_ namespace: String) {
    let script = """
      ip netns pids "$1" 2>/dev/null | xargs --no-run-if-empty kill -KILL
      ip netns delete "$1" 2>/dev/null
      """
    _ = try? Command("sh", "-c", script, "sh", namespace).run()
  }

  /// Namespaces of test processes that were killed.
  private static let removeLeftovers: Void = {
    let list = (try? Command("ip", "netns", "list").run().output) ?? ""
    for line in list.split(separator: "\n") where line.hasPrefix(prefix) {
      let namespace = line.prefix { $0 != " " }
      let owner = pid_t(namespace.dropFirst(prefix.count).prefix { $0 != "-" })
      if let owner, kill(owner, 0) != 0 { remove(String(namespace)) }
    }
  }()
}
