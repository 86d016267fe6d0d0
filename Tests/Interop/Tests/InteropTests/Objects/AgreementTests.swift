// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Testing

/// Other programs read in our objects what we meant, and would have written the same.
@Suite struct AgreementTests {
  static let webSeed = "http://mirror.example/debian/"
  static let tracker = "http://tracker.example/announce"
  static let addresses = ["--web-seed", webSeed, "--tracker", tracker]
  static let packages =
    ObjectArchive.sizes.map { "size-\($0)" } + ObjectArchive.oddNames.keys.sorted() + ["fugue"]

  /// The sets: how each is asked for, and what is in it.
  static let sets: [String: (selection: [String], packages: [String])] = [
    "a source package": (["--source", "concerti"], ObjectArchive.binaries.map(\.name)),
    "odd names": (["odd-*"], ObjectArchive.oddNames.keys.sorted()),
    "all sizes": (
      ObjectArchive.sizes.map { "size-\($0)" }, ObjectArchive.sizes.map { "size-\($0)" }
    ),
  ]

  @Test(arguments: ObjectForm.single) func filesByLibtorrent(form: ObjectForm) throws {
    let archive = try ObjectArchive.shared()
    let files = try archive.files(of: Self.packages)
    let paths = try archive.torrents(of: Self.packages, form, Self.addresses)
    let ours = try Libtorrent.describe(files.map { paths[$0.package] ?? "" })
    let directory = try Scratch.directory("libtorrent")
    try Libtorrent.create(
      files.map { file in
        let place = file.path.dropLast(file.name.count + 1)
        return Libtorrent.Creation(
          paths: [file.name], directory: "\(archive.root)/\(place)", form: form.libtorrent,
          output: "\(directory)/\(file.package)")
      })
    let theirs = try Libtorrent.describe(files.map { "\(directory)/\($0.package)" })
    #expect(ours.count == files.count && theirs.count == files.count)
    for (file, (our, their)) in zip(files, zip(ours, theirs)) {
      try expect(our, equals: their, file.package)
      #expect(our.name == file.name)
      #expect(our.files == [Libtorrent.Description.File(path: file.name, size: file.size)])
      let seed = try #require(our.webSeeds?.first)
      // A client adds the name to a directory's address (BEP 19).
      let address = (seed.removingPercentEncoding ?? "") + (seed.hasSuffix("/") ? file.name : "")
      #expect(our.webSeeds?.count == 1 && address == Self.webSeed + file.path)
      #expect(seed.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(seed)")
    }
    #expect(Set(ours.compactMap(\.hashes)).count == Self.packages.count)
  }

  @Test(arguments: ObjectForm.sets, sets.keys.sorted())
  func setsByLibtorrent(form: ObjectForm, set: String) throws {
    let archive = try ObjectArchive.shared()
    let (selection, packages) = try #require(Self.sets[set])
    let files = try archive.files(of: packages)
    let path = try archive.torrent(ofSet: selection, form, Self.addresses)
    let theirs = path + ".libtorrent"
    try Libtorrent.create([
      Libtorrent.Creation(
        paths: files.map(\.path), directory: archive.root, form: form.libtorrent, output: theirs)
    ])
    try Tool.command(["inspect", "--quiet", path, theirs]).check()
    let both = try Libtorrent.describe([path, theirs])
    try expect(both[0], equals: both[1], set)
    #expect(both[0].name == "pool")
    #expect(
      both[0].files?.map { Array($0.path.utf8) } == files.map { Array($0.path.utf8) })
    #expect(both[0].files?.map(\.size) == files.map(\.size))
    #expect(both[0].webSeeds == [Self.webSeed])
  }

  /// The bytes that the info hash is of, and what stands beside them.
  private func expect(
    _ ours: Libtorrent.Description, equals theirs: Libtorrent.Description, _ what: String,
    at place: SourceLocation = #_sourceLocation
  ) throws {
    #expect(ours.error == nil, "\(what)", sourceLocation: place)
    let (our, their) = (try #require(ours.info), try #require(theirs.info))
    #expect(our == their, "\(what): \(text(our)), but \(text(their))", sourceLocation: place)
    #expect(ours.hashes == theirs.hashes, "\(what)", sourceLocation: place)
    #expect(ours.layers == theirs.layers, "\(what)", sourceLocation: place)
    #expect(ours.pieceSize == ObjectArchive.pieceSize, "\(what)", sourceLocation: place)
    #expect(ours.trackers == [Self.tracker], "\(what)", sourceLocation: place)
  }

  /// What the digits stand for, so that a difference can be read.
  private func text(_ hexadecimal: String) -> String {
    var bytes: [UInt8] = []
    var digits = hexadecimal[...]
    while let byte = UInt8(digits.prefix(2), radix: 16) {
      bytes.append(byte)
      digits = digits.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Byte for byte, which has the piece hashes in it.
  @Test func filesByMktorrent() throws {
    let archive = try ObjectArchive.shared()
    let files = try archive.files(of: Self.packages)
    let paths = try archive.torrents(of: Self.packages, .v1File)
    let directory = try Scratch.directory("mktorrent")
    for file in files {
      try Command(
        "mktorrent", "-l", "19", "-o", "\(directory)/\(file.package)",
        "\(archive.root)/\(file.path)"
      ).check()
    }
    try Tool.command(["inspect", "--quiet"] + files.map { "\(directory)/\($0.package)" }).check()
    let ours = try Libtorrent.describe(files.map { paths[$0.package] ?? "" })
    let theirs = try Libtorrent.describe(files.map { "\(directory)/\($0.package)" })
    #expect(ours.count == files.count && theirs.count == files.count)
    for (file, (our, their)) in zip(files, zip(ours, theirs)) {
      #expect(our.info != nil && our.info == their.info, "\(file.package)")
      #expect(our.hashes == their.hashes)
    }
  }

  /// A set whose order is mktorrent's too, which sorts whole paths.
  @Test func aSetByMktorrent() throws {
    let archive = try ObjectArchive.shared()
    let packages = ObjectArchive.sizes.map { "size-\($0)" }
    let directory = try Scratch.directory("mktorrent")
    for file in try archive.files(of: packages) {
      let copy = "\(directory)/\(file.path)"
      try Files.makeDirectory(String(copy.dropLast(file.name.count + 1)))
      try Command("ln", "\(archive.root)/\(file.path)", copy).check()
    }
    let theirs = "\(directory)/theirs"
    try Command("mktorrent", "-l", "19", "-o", theirs, "\(directory)/pool").check()
    let ours = try archive.torrent(ofSet: packages, .v1Set)
    let both = try Libtorrent.describe([ours, theirs])
    #expect(both[0].info != nil && both[0].info == both[1].info)
  }

  @Test func filesByTransmissionAndAria() throws {
    let archive = try ObjectArchive.shared()
    let paths = try archive.torrents(of: Self.packages, .v1File, Self.addresses)
    for file in try archive.files(of: Self.packages) {
      let path = try #require(paths[file.package])
      try expectAgreement(on: path, files: [file.name.inASCII: file.size])
    }
  }

  @Test(arguments: [ObjectForm.v1Set, .v1Padded], sets.keys.sorted())
  func setsByTransmissionAndAria(form: ObjectForm, set: String) throws {
    let archive = try ObjectArchive.shared()
    let (selection, packages) = try #require(Self.sets[set])
    let path = try archive.torrent(ofSet: selection, form, Self.addresses)
    let files = try archive.files(of: packages).map { ($0.path.inASCII, $0.size) }
    try expectAgreement(on: path, files: Dictionary(uniqueKeysWithValues: files))
  }

  /// All three say the same of a v1 torrent, and it is what we meant.
  private func expectAgreement(
    on path: String, files: [String: Int], at place: SourceLocation = #_sourceLocation
  ) throws {
    let libtorrent = try #require(try Libtorrent.describe([path]).first)
    let transmission = try TransmissionShow.read(path)
    let aria = try AriaShow.read(path)
    for reader in [transmission, aria] {
      #expect(
        reader.infoHash != nil && reader.infoHash == libtorrent.hashes?.v1, sourceLocation: place)
      #expect(reader.name == libtorrent.name, sourceLocation: place)
      #expect(reader.pieceCount == libtorrent.pieceCount, sourceLocation: place)
      #expect(reader.webSeeds == libtorrent.webSeeds, sourceLocation: place)
      #expect(reader.trackers == [Self.tracker], sourceLocation: place)
    }
    let pads = aria.files.filter { $0.key.hasPrefix("pool/.pad/") }
    #expect(transmission.files.keys.sorted() == aria.files.keys.sorted(), sourceLocation: place)
    #expect(
      aria.files.filter { pads[$0.key] == nil } == files.mapValues { $0 }, sourceLocation: place)
  }

  /// A link names the torrent that we write.
  @Test(arguments: ObjectForm.single) func magnetLinksByLibtorrent(form: ObjectForm) throws {
    let archive = try ObjectArchive.shared()
    let lines = try archive.check(["magnet"] + Self.packages + form.options + Self.addresses)
      .split(separator: "\n").map(String.init)
    let links = try Libtorrent.describe(lines)
    #expect(links.count == Self.packages.count)
    let paths = try archive.torrents(of: Self.packages, form, Self.addresses)
    let files = try archive.files(of: Self.packages)
    let torrents = try Libtorrent.describe(files.map { paths[$0.package] ?? "" })
    for (file, torrent) in zip(files, torrents) {
      let link = try #require(links.first { $0.name?.inASCII == file.name.inASCII }, "\(file.name)")
      #expect(link.hashes != nil && link.hashes == torrent.hashes)
      #expect(link.webSeeds == torrent.webSeeds)
      #expect(link.trackers == [Self.tracker])
    }
  }

  @Test(arguments: ObjectForm.single) func anEmptyFileIsRefused(form: ObjectForm) throws {
    let archive = try ObjectArchive.shared()
    let directory = try Scratch.directory("empty")
    let outcome = try archive.run(["torrent", "size-0", "-d", directory] + form.options)
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("empty"), "\(outcome)")
    #expect(Files.names(in: directory) == [])
  }
}
