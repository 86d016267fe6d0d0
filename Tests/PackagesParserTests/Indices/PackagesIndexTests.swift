// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing

@Suite("A Packages index")
struct PackagesIndexTests {
  private static let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  private static let fields = [
    ("Package", "a"), ("Architecture", "all"), ("Filename", "pool/a.deb"), ("Size", "12"),
    ("SHA256", digest),
  ]

  /// A stanza with the value of `name` replaced, or left out when nil.
  private func stanza(_ name: String = "", _ value: String? = nil) -> String {
    Self.fields.compactMap { field in
      if field.0 == name { return value.map { "\(name): \($0)\n" } }
      return "\(field.0): \(field.1)\n"
    }.joined()
  }

  private func entries(_ text: String, limits: ParserLimits = ParserLimits()) throws -> [[String]] {
    var index = PackagesIndex(MemorySource(Array(text.utf8), name: "Packages"), limits: limits)
    var found: [[String]] = []
    while let entry = try index.next() {
      let texts = [entry.package, entry.architecture, entry.filename]
        .map { String(decoding: $0, as: UTF8.self) }
      found.append(texts + [entry.content.size.description, entry.content.sha256.description])
    }
    return found
  }

  private func refusal(_ text: String, limits: ParserLimits = ParserLimits()) -> ArchiveError? {
    do {
      _ = try entries(text, limits: limits)
      return nil
    } catch {
      return error as? ArchiveError
    }
  }

  @Test("gives one file a stanza")
  func files() throws {
    let text = stanza() + "\n" + stanza("Filename", "pool/b.deb") + "Extra: x\n"
    #expect(
      try entries(text) == [
        ["a", "all", "pool/a.deb", "12", Self.digest],
        ["a", "all", "pool/b.deb", "12", Self.digest],
      ])
  }

  @Test("may name files below ./, as flat archives do")
  func dotSlash() throws {
    #expect(try entries(stanza("Filename", "./a.deb")).first?[2] == "a.deb")
    #expect(try entries(stanza("Filename", "././pool/a.deb")).first?[2] == "pool/a.deb")
  }

  @Test("takes names of fields in any case, and a digest in capitals")
  func anyCase() throws {
    let text = stanza("SHA256", Self.digest.uppercased())
      .replacing("Filename", with: "FILENAME").replacing("SHA256", with: "sha256")
    #expect(try entries(text) == entries(stanza()))
  }

  @Test("is refused at a stanza that lacks a field", arguments: fields.map(\.0))
  func missing(name: String) {
    let first = stanza() + "\n"
    for text in [first + stanza(name), first + stanza(name, "")] {
      let error = refusal(text)
      #expect(error?.reason == "the stanza has no \(name)")
      #expect(error?.place?.file == "Packages")
    }
    #expect(
      refusal(first + stanza(name))?.place
        == ArchiveError.Place(file: "Packages", line: 7, offset: UInt64(first.utf8.count)))
  }

  @Test(
    "is refused at a size that is no number, or too large",
    arguments: [
      "-1", "+1", "1.0", "1e3", "0x10", "1 2", "1,000", "١", "17592186044417",
      "18446744073709551616", "99999999999999999999999999", "12\n 3",
    ])
  func sizes(size: String) {
    let error = refusal(stanza("Size", size))
    #expect(error?.reason == "Size is '\(size)', expected 0 to 17592186044416 bytes")
    #expect(error?.place == ArchiveError.Place(file: "Packages", line: 4, offset: 50))
  }

  @Test("takes sizes up to the limit", arguments: ["0", "007", "17592186044416"])
  func bounds(size: String) throws {
    #expect(try entries(stanza("Size", size)).first?[3] == UInt64(size).map { "\($0)" })
  }

  @Test(
    "is refused at a digest that is none",
    arguments: [String(digest.dropLast()), digest + "0", "g" + digest.dropFirst(), "x"])
  func digests(digest: String) {
    let error = refusal(stanza("SHA256", digest))
    #expect(error?.reason == "SHA256 is no 64 hexadecimal digits")
    #expect(error?.place?.line == 5)
  }

  @Test(
    "is refused at a path that leads out or cannot be",
    arguments: [
      ("/etc/passwd", "the path is absolute"), ("../a", "the path has a '.' or '..' component"),
      ("pool/../../a", "the path has a '.' or '..' component"),
      ("./../a", "the path has a '.' or '..' component"),
      (".//etc", "the path is absolute"), (".", "the path has a '.' or '..' component"),
      ("./", "the path has a '.' or '..' component"),
      ("pool//a", "the path has an empty component"), ("pool/", "the path has an empty component"),
      ("pool/\u{1}a", "the path has a control character"),
      ("pool/\u{7F}", "the path has a control character"),
      ("pool/a\n b", "the path has a control character"),
      (String(repeating: "x", count: 256), "the path or a component of it is too long"),
    ])
  func paths(path: String, defect: String) {
    let error = refusal(stanza("Filename", path))
    #expect(error?.reason.hasSuffix("': \(defect)") == true)
    #expect(error?.place?.line == 3)
  }

  @Test(
    "is refused at an architecture that is no name, as it becomes part of a path",
    arguments: ["../../x", "a/b", ".", "..", "a b", "-a", "ä", "amd64\n x", "a\u{1}"])
  func architectures(name: String) {
    let error = refusal(stanza("Architecture", name))
    #expect(error?.reason == "Architecture '\(name)', expected letters, digits and '-'")
    #expect(error?.place?.line == 2)
  }

  @Test("takes the architectures there are", arguments: ["all", "amd64", "kfreebsd-i386", "x32"])
  func realArchitectures(name: String) throws {
    #expect(try entries(stanza("Architecture", name)).first?[1] == name)
  }

  @Test("tells where the fields of an earlier run lie")
  func ownLines() throws {
    let own = "Piece-Size: 4\nSHA256-pieces:\n x 1\n y 2\n"
    let text = "Pieces-Root: r\n" + stanza() + own + "Other: x\npiece-numbers: 1-2"
    var index = PackagesIndex(MemorySource(Array(text.utf8), name: "Packages"))
    #expect(try index.next() != nil)
    let lines = index.ownLines.sorted { $0.lowerBound < $1.lowerBound }
      .map { String(decoding: index.reader.stanza[$0], as: UTF8.self) }
    #expect(
      lines == [
        "Pieces-Root: r\n", "Piece-Size: 4\n", "SHA256-pieces:\n x 1\n y 2\n", "piece-numbers: 1-2",
      ])
  }
}
