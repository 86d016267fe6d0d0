// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@Suite("An archive path")
struct ArchivePathTests {
  private func defect(_ path: String) -> ArchivePath.Defect? {
    do throws(ArchivePath.Defect) {
      _ = try ArchivePath(path)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "takes what stays below the root",
    arguments: [
      "a", "pool/main/a/a_1~rc1+b2_all.deb", "...", "a/...", ".hidden/..x/x..", "a b", "ä/ö", "a:b",
      "a\\b",
    ])
  func safe(path: String) throws {
    #expect(try ArchivePath(path).string == path)
  }

  @Test(
    "refuses what does not, and says why",
    arguments: [
      ("", .empty), ("/", .absolute), ("/etc/passwd", .absolute), ("//a", .absolute),
      ("a//b", .emptyComponent), ("a/", .emptyComponent), (".", .dotComponent),
      ("..", .dotComponent), ("./a", .dotComponent), ("a/./b", .dotComponent),
      ("a/../b", .dotComponent), ("a/..", .dotComponent), ("../a", .dotComponent),
      ("a\0b", .controlCharacter), ("a\nb", .controlCharacter), ("a\u{1F}", .controlCharacter),
      ("a\u{7F}", .controlCharacter),
    ] as [(String, ArchivePath.Defect)])
  func unsafe(path: String, expected: ArchivePath.Defect) {
    #expect(defect(path) == expected)
  }

  @Test("has components of at most 255 bytes, and at most 4095 in all")
  func lengths() {
    let component = String(repeating: "x", count: 255)
    #expect(defect(component) == nil)
    #expect(defect("a/\(component)/b") == nil)
    #expect(defect(component + "x") == .tooLong)
    #expect(defect("a/\(component)x/b") == .tooLong)
    let path = (0..<16).map { _ in component }.joined(separator: "/")
    #expect(path.utf8.count == 4095)
    #expect(defect(path) == nil)
    #expect(defect(String(path.dropLast(2)) + "/xx") == .tooLong)
  }

  @Test("is UTF-8")
  func encoding() {
    let bytes: [UInt8] = [0x61, 0xFF]
    let path = bytes.withUnsafeBytes { try? ArchivePath(bytes: $0) }
    #expect(path == nil)
  }

  @Test("tells its last component")
  func name() throws {
    #expect(try ArchivePath("pool/a.deb").name == "a.deb")
    #expect(try ArchivePath("a.deb").name == "a.deb")
  }

  @Test("is ordered bytewise")
  func order() throws {
    #expect(try ArchivePath("a/b") < ArchivePath("a0"))
    #expect(try ArchivePath("Z") < ArchivePath("a"))
    #expect(try ArchivePath("a") < ArchivePath("a/b"))
  }

  @Test("is another path when its bytes are others, though Unicode takes the letters for the same")
  func equality() throws {
    let composed = try ArchivePath("pool/\u{E9}.deb")
    let decomposed = try ArchivePath("pool/e\u{301}.deb")
    #expect(composed.string == decomposed.string)
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed, composed]).count == 2)
    #expect((decomposed < composed) != (composed < decomposed))
  }
}
