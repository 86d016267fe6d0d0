// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import PackagesParser
import Testing

@testable import Publisher

@Suite("An extended stanza of Packages")
struct ExtendedStanzaTests {
  private static let root = String(repeating: "b", count: 64)
  private let single: FileFields
  private let multi: FileFields
  private var settings = SuiteSettings()

  init() throws {
    single = FileFields(numbers: try numbers(4711), root: try digest(0xBB), pieces: nil)
    multi = FileFields(numbers: try numbers(4711, 3), root: try digest(0xBB), pieces: pieces(3))
  }

  /// `text` as it is written again, with `fields` for each of its stanzas.
  private func extended(
    _ text: String, _ fields: FileFields?, size: UInt64 = 40_000, _ settings: SuiteSettings? = nil
  ) throws -> String {
    var index = PackagesIndex(MemorySource(Array(text.utf8), name: "Packages"))
    var output: [UInt8] = []
    while try index.next() != nil {
      let start = output.count
      ExtendedStanza.copy(index.reader.stanza, without: index.ownLines, to: &output)
      if let fields {
        ExtendedStanza.append(
          fields, size: ByteCount(size), settings: settings ?? self.settings, start: start,
          to: &output)
      }
      output.append(0x0A)
    }
    return String(decoding: output, as: UTF8.self)
  }

  private func stanza(more: String = "") throws -> String {
    try packagesStanza("a", more: more)
  }

  /// What is appended to a stanza for these settings.
  private func appended(_ fields: FileFields, _ settings: SuiteSettings) throws -> String {
    let text = try extended(stanza(), fields, settings)
    let (before, after) = (try stanza(), "\n")
    #expect(text.hasPrefix(before) && text.hasSuffix(after))
    return String(text.dropFirst(before.count).dropLast())
  }

  @Test("of a single piece gains its number and root")
  func singlePiece() throws {
    #expect(
      try extended(stanza(), single) == """
        \(stanza())Piece-Numbers: 4711
        Pieces-Root: \(Self.root)


        """)
  }

  @Test("of several pieces gains their size, numbers, root and hashes")
  func severalPieces() throws {
    #expect(
      try extended(stanza(), multi) == """
        \(stanza())Piece-Size: 16384
        Piece-Numbers: 4711-4713
        Pieces-Root: \(Self.root)
        SHA256-Pieces:
         \(hex(0)) 16384
         \(hex(1)) 16384
         \(hex(2)) 7232


        """)
  }

  @Test("gains the fields that are asked for, and Piece-Size where they need it")
  func fieldSets() throws {
    let lists = "SHA256-Pieces:\n \(hex(0)) 16384\n \(hex(1)) 16384\n \(hex(2)) 7232\n"
    let (size, numbers) = ("Piece-Size: 16384\n", "Piece-Numbers: 4711-4713\n")
    let root = "Pieces-Root: \(Self.root)\n"
    let expected: [(SuiteSettings.Fields, String)] = [
      ([], ""), (.numbers, size + numbers), (.roots, root), (.hashes, size + lists),
      ([.numbers, .roots], size + numbers + root), ([.roots, .hashes], size + root + lists),
    ]
    for (fields, text) in expected {
      var settings = settings
      settings.fields = fields
      #expect(try appended(multi, settings) == text)
    }
    var numbersAlone = settings
    numbersAlone.fields = [.numbers, .hashes]
    #expect(try appended(single, numbersAlone) == "Piece-Numbers: 4711\n")
  }

  @Test("gains the first system's field when asked for")
  func legacy() throws {
    var settings = settings
    settings.fields = []
    settings.legacySHA1 = true
    let list = (0..<3).map { " \(hex($0, bytes: 20)) \($0 < 2 ? 16384 : 7232)\n" }.joined()
    #expect(try appended(multi, settings) == "SHA1-pieces:\n\(list)")
    #expect(try appended(single, settings) == "")
  }

  @Test("that would pass 512 KiB goes without its hashes")
  func tooLarge() throws {
    func text(ofPieces count: Int) throws -> String {
      let fields = FileFields(
        numbers: try numbers(0, UInt32(count)), root: try digest(0xBB), pieces: pieces(count))
      return try extended(
        stanza(), fields, size: UInt64(count) * PieceSize.leaf.rawValue)
    }
    let small = try text(ofPieces: 6800)
    #expect(small.contains("\nSHA256-Pieces:\n"))
    #expect(small.utf8.count <= ExtendedStanza.limit + 1)
    let large = try text(ofPieces: 7400)
    #expect(large.hasSuffix("\nPiece-Numbers: 0-7399\nPieces-Root: \(Self.root)\n\n"))
  }

  @Test("that is large itself goes without its hashes too")
  func largeItself() throws {
    let more = "Description: x\n " + String(repeating: "y", count: ExtendedStanza.limit) + "\n"
    let text = try extended(stanza(more: more), multi)
    #expect(!text.contains("SHA256-Pieces"))
    #expect(text.hasSuffix("\nPieces-Root: \(Self.root)\n\n"))
  }

  @Test("that has room for one list only gives SHA-256 to it")
  func roomForOne() throws {
    var settings = settings
    settings.legacySHA1 = true
    let fields = FileFields(
      numbers: try numbers(0, 5000), root: try digest(0xBB), pieces: pieces(5000))
    let text = try extended(stanza(), fields, size: 5000 * PieceSize.leaf.rawValue, settings)
    #expect(text.contains("\nSHA256-Pieces:\n"))
    #expect(!text.contains("SHA1-pieces"))
  }

  @Test("keeps foreign bytes exactly: order, case, blanks, odd fields, bytes that are no UTF-8")
  func foreignBytes() throws {
    let text = try stanza(
      more: "X-piece-Numbers: 5\ndescription:x \n .\n\tTab \u{FF}\u{7F}\nPiece-Numbers-Other:  \n")
    var bytes = Array(text.utf8)
    bytes.insert(0xFF, at: bytes.count - 2)
    var index = PackagesIndex(MemorySource(bytes, name: "Packages"))
    var output: [UInt8] = []
    #expect(try index.next() != nil)
    ExtendedStanza.copy(index.reader.stanza, without: index.ownLines, to: &output)
    #expect(output == bytes)
  }

  @Test("loses its own fields of an earlier run, wherever they stand and however they are written")
  func ownFields() throws {
    let text = """
      piece-numbers: 1
      Package: a
      SHA256-Pieces:
       0000 16384
       0000 7232
      Architecture: amd64
      PIECES-ROOT: x
      Filename: pool/a.deb
      Size: 100
      Piece-Size:
       16384
      SHA256: \(try content("a").sha256)
      SHA1-pieces:
       00 5
      """
    let own = """
      Package: a
      Architecture: amd64
      Filename: pool/a.deb
      Size: 100
      SHA256: \(try content("a").sha256)

      """
    #expect(try extended(text, nil) == own + "\n")
    #expect(try extended(text, single) == extended(own, single))
  }

  @Test("is the same when it is extended again", arguments: [true, false])
  func idempotent(isSingle: Bool) throws {
    var settings = settings
    settings.legacySHA1 = true
    let fields = isSingle ? single : multi
    let once = try extended(stanza() + "\n" + stanza(), fields, settings)
    #expect(try extended(once, fields, settings) == once)
    #expect(try extended(once, nil, settings) == extended(stanza() + "\n" + stanza(), nil))
  }

  @Test("gains its last newline where the index lacks it")
  func noFinalNewline() throws {
    let text = String(try stanza().dropLast())
    #expect(try extended(text, single) == extended(text + "\n", single))
  }
}

@Suite("An extended stanza of Sources")
struct ExtendedSourcesTests {
  private typealias File = (name: [UInt8], size: ByteCount, fields: FileFields)

  private static let root = String(repeating: "b", count: 64)
  private let files: [(name: [UInt8], size: ByteCount, fields: FileFields)]
  private var settings = SuiteSettings()

  init() throws {
    func file(
      _ name: String, _ size: UInt64, _ first: UInt32, _ count: UInt32
    ) throws -> (name: [UInt8], size: ByteCount, fields: FileFields) {
      let list = count > 1 ? pieces(Int(count)) : nil
      let fields = FileFields(
        numbers: try numbers(first, count), root: try digest(0xBB), pieces: list)
      return (Array(name.utf8), ByteCount(size), fields)
    }
    // In the order of Checksums-Sha256, which is not that of names or numbers.
    files = try [
      file("foo.dsc", 900, 8, 1), file("foo.orig.tar.xz", 40_000, 5, 3),
      file("foo.debian.tar.xz", 20_000, 2, 2),
    ]
  }

  private func appended(_ settings: SuiteSettings, before: String = "") -> String {
    var output = Array(before.utf8)
    ExtendedStanza.append(files, settings: settings, start: 0, to: &output)
    return String(text(output).dropFirst(before.count))
  }

  @Test("has one line a record, the name last, in the stanza's order")
  func records() {
    #expect(
      appended(settings) == """
        Piece-Size:
         16384 foo.orig.tar.xz
         16384 foo.debian.tar.xz
        Piece-Numbers:
         8 foo.dsc
         5-7 foo.orig.tar.xz
         2-3 foo.debian.tar.xz
        Pieces-Root:
         \(Self.root) foo.dsc
         \(Self.root) foo.orig.tar.xz
         \(Self.root) foo.debian.tar.xz
        SHA256-Pieces:
         \(hex(0)) 16384 foo.orig.tar.xz
         \(hex(1)) 16384 foo.orig.tar.xz
         \(hex(2)) 7232 foo.orig.tar.xz
         \(hex(0)) 16384 foo.debian.tar.xz
         \(hex(1)) 3616 foo.debian.tar.xz

        """)
  }

  @Test("of single-piece files has neither piece size nor hashes")
  func singlePieces() {
    var output: [UInt8] = []
    ExtendedStanza.append([files[0]], settings: settings, start: 0, to: &output)
    #expect(text(output) == "Piece-Numbers:\n 8 foo.dsc\nPieces-Root:\n \(Self.root) foo.dsc\n")
  }

  @Test("of no file gains nothing")
  func none() {
    var output: [UInt8] = []
    ExtendedStanza.append([], settings: settings, start: 0, to: &output)
    #expect(output == [])
  }

  @Test("gains the first system's field when asked for")
  func legacy() {
    var settings = settings
    settings.fields = []
    settings.legacySHA1 = true
    let text = appended(settings)
    #expect(text.hasPrefix("SHA1-pieces:\n \(hex(0, bytes: 20)) 16384 foo.orig.tar.xz\n"))
    #expect(text.split(separator: "\n").count == 6)
  }

  @Test("that would pass 512 KiB goes without its hashes, and with all else")
  func tooLarge() {
    let before = "Package: foo\nFiles:\n " + String(repeating: "x", count: ExtendedStanza.limit)
    let text = appended(settings, before: before + "\n")
    #expect(text.hasPrefix("Piece-Size:\n"))
    #expect(
      text.hasSuffix(
        "Pieces-Root:\n"
          + files.map { file in
            " \(Self.root) \(String(decoding: file.name, as: UTF8.self))\n"
          }.joined()))
  }
}
