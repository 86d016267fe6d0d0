// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Publisher

@Suite("A list of popular packages")
struct PopularityTests {
  /// The form of popcon.debian.org/by_inst.
  private static let list = """
    #Format
    #
    #<name> is the package name;
    #rank name                            inst  vote   old recent no-files (maintainer)
    1     adduser                        201763 176364  6937 18451    11 (Some Team)
    2     libc6                          201760 186001  1000  9000     0 (Not in sid)
    3     gcc-12-base                    201002   1     2     3        4 (Some Team)
    -----------------------------------------------------------------------------
    190063 Total                         462421236 163 1 1 1
    """

  @Test("popcon's list has a rank and installations of each package, the total is none")
  func popcon() throws {
    let popularity = try Popularity(Array(Self.list.utf8), file: "by_inst")

    #expect(popularity["adduser"] == .init(rank: 1, installations: 201_763))
    #expect(popularity["gcc-12-base"] == .init(rank: 3, installations: 201_002))
    #expect(popularity["Total"] == nil)
    #expect(popularity["nobody"] == nil)
  }

  @Test("two columns are name and installations")
  func plain() throws {
    let popularity = try Popularity(Array("b 7\n\n# no\na\t5\r\n".utf8), file: "list")

    #expect(popularity["b"] == .init(rank: 1, installations: 7))
    #expect(popularity["a"] == .init(rank: 2, installations: 5))
  }

  @Test("other lines are refused by number", arguments: ["one", "1 a b c", "a -5", "x y 1"])
  func refused(line: String) throws {
    let error = try failure {
      try Popularity(Array("a 1\n\(line)\n".utf8), file: "list")
    }

    #expect(error?.code == .data)
    #expect(error?.place == ArchiveError.Place(file: "list", line: 2))
  }
}
