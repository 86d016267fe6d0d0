// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing
import TorrentMetadata

@Suite("A metalink")
struct MetalinkTests {
  /// Of RFC 5854 section 1.1, with the namespace of another program and the parts of section 4.
  private let example = """
    <?xml version="1.0" encoding="UTF-8"?>
    <metalink xmlns="urn:ietf:params:xml:ns:metalink" xmlns:x="http://x.example/">
      <!-- a comment -->
      <published>2009-05-15T12:23:23Z</published>
      <x:file name="../passed-over"><size>x</size></x:file>
      <file name="example.ext">
        <size>14471447</size>
        <identity>Example &amp; Co</identity>
        <version>1.0</version>
        <language>en</language>
        <description><![CDATA[A <description>]]></description>
        <hash type="md5">2a2f9c4c0b4a4b0e8f4f4a0a0a0a0a0a</hash>
        <hash type="sha-256">
          3d6fece8033d146d8611eab4f032df738c8c1283620fd02a1f2bfec6e27d590d
        </hash>
        <url location="de" priority="1">ftp://ftp.example.com/example.ext</url>
        <url location="FR" priority="1">http://example.com/example.ext?a=1&amp;b=2</url>
        <metaurl mediatype="torrent" priority="2">http://example.com/example.ext.torrent</metaurl>
      </file>
    </metalink>
    """

  private func metalink(_ file: String, name: String = "a") -> String {
    """
    <metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="\(name)">\(file)</file></metalink>
    """
  }

  private let url = "<url>http://a/a</url>"

  private func error(_ text: String, limits: MetadataLimits = MetadataLimits()) -> String? {
    do throws(ArchiveError) {
      _ = try Metalink(Array(text.utf8), name: "x", limits: limits)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("of RFC 5854 is read")
  func read() throws {
    let metalink = try Metalink(Array(example.utf8), name: "x")
    #expect(metalink.published?.seconds == 1_242_390_203)
    #expect(metalink.files.count == 1)
    let file = try #require(metalink.files.first)
    #expect(file.path.string == "example.ext")
    #expect(file.size == ByteCount(14_471_447))
    #expect(file.identity == "Example & Co")
    #expect(file.version == "1.0")
    #expect(
      file.sha256?.description == "3d6fece8033d146d8611eab4f032df738c8c1283620fd02a1f2bfec6e27d590d"
    )
    #expect(
      file.addresses.map(\.url.string) == [
        "ftp://ftp.example.com/example.ext", "http://example.com/example.ext?a=1&b=2",
      ])
    #expect(file.addresses.map(\.location) == ["de", "fr"])
    #expect(file.addresses.map(\.priority) == [1, 1])
    #expect(file.descriptions.map(\.mediaType) == ["torrent"])
    #expect(file.descriptions.map(\.priority) == [2])
  }

  private func whole() throws -> Metalink {
    var file = MetalinkFile(
      path: try ArchivePath("pool/g++ & <ä>\".deb"), size: ByteCount(40000),
      sha256: SHA256Digest(Array(repeating: 7, count: 32)))
    file.pieces = [
      MetalinkPieces(.sha256, length: ByteCount(16384), digests: Array(repeating: 1, count: 96)),
      MetalinkPieces(.sha1, length: ByteCount(32768), digests: Array(repeating: 2, count: 40)),
    ]
    let mirror = try #require(AbsoluteURL("http://m/g%2B%2B.deb?a=1&b=2"))
    file.addresses = try [
      #require(MetalinkAddress(mirror, priority: 1, location: "de")),
      #require(MetalinkAddress(mirror)),
    ]
    file.descriptions = try [
      #require(MetalinkDescription(mirror, priority: 2, name: ArchivePath("a/b")))
    ]
    file.identity = "g++"
    file.version = "4:12.2.0-3"
    file.publisher = "Debian \"x\""
    return Metalink(
      files: [file], generator: "archive-tool", origin: mirror,
      published: ArchiveDate(seconds: Fixture.date))
  }

  @Test("is written so that it reads the same")
  func roundTrip() throws {
    let bytes = try whole().serialized()
    #expect(try Metalink(bytes, name: "x") == whole())
    #expect(try Metalink(bytes, name: "x").serialized() == bytes)
  }

  @Test("is written as it always was")
  func written() throws {
    var metalink = try whole()
    metalink.files[0].pieces = []
    #expect(
      try String(decoding: metalink.serialized(), as: UTF8.self) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <metalink xmlns="urn:ietf:params:xml:ns:metalink">
          <generator>archive-tool</generator>
          <origin>http://m/g%2B%2B.deb?a=1&amp;b=2</origin>
          <published>2025-05-17T07:44:42Z</published>
          <file name="pool/g++ &amp; &lt;ä&gt;&quot;.deb">
            <size>40000</size>
            <identity>g++</identity>
            <version>4:12.2.0-3</version>
            <publisher name="Debian &quot;x&quot;"/>
            <hash type="sha-256">\(String(repeating: "07", count: 32))</hash>
            <metaurl mediatype="torrent" priority="2" name="a/b">\
        http://m/g%2B%2B.deb?a=1&amp;b=2</metaurl>
            <url location="de" priority="1">http://m/g%2B%2B.deb?a=1&amp;b=2</url>
            <url>http://m/g%2B%2B.deb?a=1&amp;b=2</url>
          </file>
        </metalink>

        """)
  }

  @Test("is not written without an address")
  func noAddress() throws {
    let file = MetalinkFile(path: try ArchivePath("a"))
    #expect(throws: ArchiveError.self) { try Metalink(files: [file]).serialized() }
  }

  @Test("of a single file is sound")
  func smallest() {
    #expect(error(metalink(url)) == nil)
    #expect(error("\u{FEFF}" + metalink(url)) == nil)
  }

  @Test("has no external entities")
  func external() {
    let document = """
      <?xml version="1.0"?><!DOCTYPE metalink [<!ENTITY x SYSTEM "file:///etc/passwd">]>
      \(metalink("<identity>&x;</identity>" + url))
      """
    #expect(error(document) == "the document declares a type or an entity")
  }

  @Test("has no billion laughs")
  func laughs() {
    var entities = "<!ENTITY a0 \"ha\">"
    for level in 1..<30 {
      entities += "<!ENTITY a\(level) \"&a\(level - 1);&a\(level - 1);\">"
    }
    let document = """
      <?xml version="1.0"?><!DOCTYPE metalink [\(entities)]>
      \(metalink("<identity>&a29;</identity>" + url))
      """
    #expect(error(document) == "the document declares a type or an entity")
  }

  @Test("has no type declared elsewhere")
  func externalType() {
    let document = "<!DOCTYPE metalink SYSTEM \"http://x/x.dtd\">" + metalink(url)
    #expect(error(document) == "the document declares a type or an entity")
  }

  @Test("is in UTF-8, so that nothing hides")
  func encoding() {
    #expect(
      error("<?xml version=\"1.0\" encoding=\"UTF-7\"?>" + metalink(url))
        == "the document says it is utf-7, expected UTF-8")
    #expect(error("<?xml version='1.0' encoding = 'utf-8' ?>" + metalink(url)) == nil)
    #expect(error("<?xml\nversion='1.0'?>" + metalink(url)) == nil)
    #expect(error(metalink(url) + "\0") == "the document is not UTF-8")
    #expect(throws: ArchiveError.self) {
      try Metalink(Array(metalink(url).utf16.flatMap { [0, UInt8($0)] }), name: "x")
    }
    #expect(throws: ArchiveError.self) { try Metalink([0xFF] + metalink(url).utf8, name: "x") }
  }

  @Test(
    "that is no XML is refused",
    arguments: [
      "", "<", "<metalink", "text", "<a></b>", "<a>&x;</a>", "<a/><b/>", "<a b='1' b='2'/>",
    ])
  func malformed(text: String) {
    #expect(error(text) != nil)
  }

  @Test("has nothing behind its end", arguments: ["<x/>", "x", "</metalink>", "<", "&amp;"])
  func trailing(rest: String) {
    #expect(error(metalink(url) + "\n" + rest) != nil)
  }

  @Test("uses no entity that it did not declare")
  func undeclared() {
    #expect(
      error(metalink("<identity>&x;</identity>" + url))
        == "the XML is malformed: Entity 'x' not defined")
  }

  @Test("that ends early is refused")
  func truncated() {
    let whole = Array(example.utf8)
    for count in 0..<whole.count - 1 {
      #expect(throws: ArchiveError.self) { try Metalink(Array(whole[..<count]), name: "x") }
    }
  }

  @Test("is of RFC 5854")
  func namespace() {
    let reason = "expected an element 'metalink' of RFC 5854"
    #expect(error("<metalink><file name='a'>\(url)</file></metalink>") == reason)
    #expect(error("<metalink xmlns='http://www.metalinker.org/'/>") == reason)
    #expect(error("<file xmlns='urn:ietf:params:xml:ns:metalink'/>") == reason)
  }

  @Test(
    "leads nowhere by its names",
    arguments: [
      ("../a", "a file's name: the path has a '.' or '..' component"),
      ("/etc/passwd", "a file's name: the path is absolute"),
      ("", "a file's name: the path is empty"),
      ("a/", "a file's name: the path has an empty component"),
      ("a&#10;", "a file's name: the path has a control character"),
    ])
  func names(name: String, reason: String) {
    #expect(error(metalink(url, name: name)) == reason)
    let description = "<metaurl mediatype='torrent' name='\(name)'>http://a/a</metaurl>"
    let inside = reason.replacing("a file's name", with: "a name in 'metaurl'")
    #expect(error(metalink(description)) == inside)
  }

  @Test("has each file once")
  func twice() {
    let file = "<file name='a'>\(url)</file>"
    let inside = "<file name='a/b'>\(url)</file>"
    func document(_ files: String) -> String {
      "<metalink xmlns='urn:ietf:params:xml:ns:metalink'>\(files)</metalink>"
    }
    #expect(error(document(file + file)) == "the file a is given twice")
    #expect(error(document(file + inside)) == "the path a stands for a file and a directory")
    #expect(error(document("")) == "a metalink without files")
  }

  @Test(
    "has values that fit",
    arguments: [
      ("", "a has no address"),
      ("<size>-1</size>", "'size' is '-1', expected a number"),
      ("<size>1</size><size>1</size>", "'size' is given twice"),
      ("<size>99999999999999999999</size>", "'size' is '99999999999999999999', expected a number"),
      (
        "<size>17592186044417</size>",
        "'size' is 17592186044417, expected no more than 17592186044416"
      ),
      ("<hash type='sha-256'>abc</hash>", "'abc', expected 64 hexadecimal digits"),
      ("<url>a</url>", "'a', expected a URL"),
      ("<url priority='x'>http://a</url>", "'priority' is 'x', expected a number"),
      (
        "<url priority='0'>http://a</url>",
        "expected a priority from 1 to 999999 and a location of two letters at http://a"
      ),
      (
        "<url location='deu'>http://a</url>",
        "expected a priority from 1 to 999999 and a location of two letters at http://a"
      ),
      ("<metaurl>http://a</metaurl>", "a 'metaurl' without 'mediatype'"),
      ("<pieces length='0' type='sha-256'/>", "the length of pieces is zero"),
      ("<pieces type='sha-256'/>", "the length of pieces is '', expected a number"),
      (
        "<pieces length='1' type='sha-256'><hash>ab</hash></pieces>",
        "'ab', expected 64 hexadecimal digits"
      ),
      ("<size>2</size><pieces length='1' type='sha-256'/>\(address)", "a has 0 pieces, expected 2"),
      ("<pieces length='1' type='sha-1'/>\(address)", "a has pieces, but no size"),
      (
        "<pieces length='1' type='sha-1'/><pieces length='1' type='sha-1'/>",
        "pieces of type sha-1 are given twice"
      ),
    ])
  func values(file: String, reason: String) {
    #expect(error(metalink(file)) == reason)
  }

  private static let address = "<url>http://a/a</url>"

  @Test("keeps within its limits")
  func limits() {
    var limits = MetadataLimits()
    limits.elementDepth = 4
    let nested = "<x><x><x></x></x></x>"
    #expect(error(metalink(nested + url), limits: limits) == "elements nested more than 4 deep")
    limits = MetadataLimits()
    limits.metalinkBytes = 100
    #expect(error(metalink(url), limits: limits)?.hasSuffix("expected no more than 100") == true)
    limits = MetadataLimits()
    limits.metalinkAddresses = 2
    #expect(
      error(metalink(url + url + url), limits: limits) == "more than 2 addresses of one file")
    limits = MetadataLimits()
    limits.textBytes = 20
    #expect(
      error(metalink("<identity>\(url.utf8.map { _ in "x" }.joined())</identity>"), limits: limits)
        == "a text longer than 20 bytes")
    limits = MetadataLimits()
    limits.metalinkFiles = 0
    #expect(error(metalink(url), limits: limits) == "more than 0 files")
  }

  @Test("gives the library no more work than its limits")
  func work() {
    let attributes = (0..<100_000).map { " a\($0)='>'" }.joined()
    #expect(
      error(metalink("<x\(attributes)/>" + url)) == "more than 64 attributes of one element")
    let namespaces = (0..<100).map { "<x xmlns:a\($0)='b'/>" }.joined()
    #expect(error(metalink(namespaces + url)) == "more than 64 namespaces")
    let elements = String(repeating: "<x/>", count: 1_000_000)
    #expect(error(metalink(elements + url)) == "more than 250000 elements")
  }

  @Test("may have what looks like markup in comments and texts")
  func noMarkup() {
    let odd = "<!-- <!DOCTYPE <?x?> ' --><x a='<!--'/><![CDATA[<!DOCTYPE <?x?>]]>"
    // A '<' in an attribute is malformed, but no document type.
    #expect(error(metalink(odd + url))?.hasPrefix("the XML is malformed") == true)
    #expect(error(metalink(odd.replacing("'<!--'", with: "'-->'") + url)) == nil)
    #expect(
      error(metalink("<!-- --><!DOCTYPE x>" + url)) == "the document declares a type or an entity")
    #expect(
      error(metalink("<x a=\"'\"/><!DOCTYPE x>" + url))
        == "the document declares a type or an entity")
  }

  @Test("may have processing instructions, which mean nothing", arguments: ["<?x?>", "<?x y?>"])
  func instructions(text: String) {
    #expect(error(text + metalink(url)) == nil)
    #expect(error(metalink(text + url) + text) == nil)
    #expect(error("<?xml version=\"1.0\"?>" + text + metalink(url)) == nil)
  }

  @Test("may not have malformed ones, or a declaration later on", arguments: ["<?xml?>", "<?"])
  func malformedInstructions(text: String) {
    #expect(error(text + metalink(url))?.hasPrefix("the XML is malformed") == true)
    #expect(error(metalink(url) + text)?.hasPrefix("the XML is malformed") == true)
  }

  @Test("nested 100,000 deep ends in an error")
  func deep() {
    let open = String(repeating: "<x>", count: 100_000)
    #expect(error(metalink(open)) == "elements nested more than 32 deep")
  }

  @Test(
    "has dates of RFC 3339",
    arguments: [
      ("2025-05-17T07:44:42Z", Fixture.date), ("2025-05-17t09:44:42.5+02:00", Fixture.date),
      ("2025-05-17T06:14:42-01:30", Fixture.date), ("2025-05-17", nil),
      ("2025-02-30T00:00:00Z", nil),
      ("2025-05-17T07:44:42", nil), ("2025-05-17T07:44:42+2", nil), ("2025-13-17T07:44:42Z", nil),
    ] as [(String, Int64?)])
  func dates(text: String, seconds: Int64?) {
    let document = """
      <metalink xmlns="urn:ietf:params:xml:ns:metalink"><published>\(text)</published>\
      <file name="a">\(url)</file></metalink>
      """
    let read = try? Metalink(Array(document.utf8), name: "x").published
    #expect(read?.seconds == seconds)
  }
}
