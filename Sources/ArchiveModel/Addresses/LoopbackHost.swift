// SPDX-License-Identifier: Apache-2.0

/// What this machine is called, by itself and in the Host field of a request to a loopback address.
package enum LoopbackHost {
  /// Whether `name` is `localhost` or below it (RFC 6761 section 6.3).
  package static func isName(_ name: some StringProtocol) -> Bool {
    let lower = name.lowercased()
    return lower == "localhost" || lower.hasSuffix(".localhost")
  }

  /// Whether `field` can have been meant for this machine: an address or a name of its own, each perhaps
  /// with a port, or nothing.
  ///
  /// Any other name is one that somebody had resolve to a loopback address, so that a page of theirs
  /// reads what only this machine may (DNS rebinding).
  package static func isMeant(_ field: String) -> Bool {
    var name = field[...]
    if let colon = name.lastIndex(of: ":"), name.firstIndex(of: ":") == colon || name.first == "[" {
      if !name[colon...].contains("]") { name = name[..<colon] }
    }
    if name.first == "[", name.last == "]" { name = name.dropFirst().dropLast() }
    return name.isEmpty || isName(name) || IPAddress(name.lowercased()) != nil
  }

  /// What whoever asks by another name is told.
  package static let refusal =
    "This listener answers to localhost and to addresses alone: ask by one of them.\n"
}
