// SPDX-License-Identifier: Apache-2.0

/// The bounds of everything that a simulation reads or is asked for.
package struct SimulationLimits: Hashable, Sendable {
  /// Largest list of installed packages in bytes; a thousand packages are 40 kB.
  package var installedBytes = 16 << 20
  /// Most packages in it.
  package var installedPackages = 500_000
  /// Most files of an archive; all suites of Debian's have less than a million together.
  package var files = 2_000_000
  /// Most pieces of one torrent, of the 2^32 that there are numbers for.
  package var pieces: UInt64 = 1 << 31
  /// Longest time.
  package var days = 3_660
  package var runsPerDay = 96

  /// The defaults.
  package init() {}
}
