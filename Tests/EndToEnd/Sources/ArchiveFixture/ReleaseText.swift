// SPDX-License-Identifier: Apache-2.0

/// What a Release says besides its sums.
public struct ReleaseText: Sendable {
  public var suite = "stable"
  public var codename = "bookworm"
  public var components = ["main", "contrib"]
  public var architectures = ["all", "amd64", "arm64"]
  /// Days in November 2025.
  public var day = 1
  /// Whole lines.
  public var fields = ""

  public init() {}

  /// As Release has it.
  public var date: String { Self.date(day) }

  /// The Date of a day.
  public static func date(_ day: Int) -> String {
    let names = ["Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu"]
    return "\(names[day % 7]), \(day < 10 ? "0" : "")\(day) Nov 2025 12:00:00 UTC"
  }

  /// The next day.
  public mutating func advance(days: Int = 1) { day += days }

  var head: String {
    """
    Origin: Fixture
    Label: Fixture
    Suite: \(suite)
    Version: 12
    Codename: \(codename)
    Date: \(date)
    \(fields)Acquire-By-Hash: yes
    No-Support-for-Architecture-all: Packages
    Architectures: \(architectures.joined(separator: " "))
    Components: \(components.joined(separator: " "))
    Description: A little music

    """
  }
}
