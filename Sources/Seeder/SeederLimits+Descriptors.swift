// SPDX-License-Identifier: Apache-2.0

extension SeederLimits {
  /// What a seeder has open before anybody comes, and what is left for the libraries: libdispatch reads a
  /// file to count its threads, and ends the process when it cannot open it.
  private static let reserve = 96

  /// Lowers what would take more descriptors than there are.
  ///
  /// - Parameters:
  ///   - descriptors: how many the seeder may have.
  ///   - loops: how many event loops it has.
  package mutating func fit(descriptors: Int, loops: Int) {
    let all = max(16, descriptors - Self.reserve)
    let kept = min(openFiles * max(1, loops), all / 10)
    let turnedAway = 2 * min(Admission.mostTurnedAway, all / 8)
    // A connection may send a file that nobody keeps any more: two each, twice as many as peers.
    let connected = (all - kept - turnedAway) / 6
    openFiles = max(1, kept / max(1, loops))
    connections = min(connections, 2 * connected)
    peerConnections = min(peerConnections, connected)
  }
}
