// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture

/// What a program prints of a torrent; nil or empty where it prints nothing of the kind.
struct TorrentText: Equatable {
  var infoHash: String?
  var name: String?
  var pieceCount: Int?
  /// Sizes by path in ASCII, below the torrent's name where that is a directory.
  var files: [String: Int?] = [:]
  var webSeeds: [String] = []
  var trackers: [String] = []
}

/// `transmission-show`.
enum TransmissionShow {
  static func read(_ path: String) throws -> TorrentText {
    let output = try Command("transmission-show", path).check()
    var text = TorrentText()
    var section = ""
    for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
      guard line.hasPrefix("  ") else {
        section = String(line)
        continue
      }
      let line = line.dropFirst(2)
      switch section {
      case "GENERAL": general(line, &text)
      case "WEBSEEDS": text.webSeeds.append(String(line))
      case "TRACKERS": if !line.hasPrefix("Tier #") { text.trackers.append(String(line)) }
      case "FILES":
        // The size is rounded, and so no use.
        if let end = line.range(of: " (", backwards: true) {
          text.files.updateValue(nil, forKey: String(line[..<end]).inASCII)
        }
      default: break
      }
    }
    return text
  }

  private static func general(_ line: Substring, _ text: inout TorrentText) {
    if let name = line.value(after: "Name: ") { text.name = name }
    if let hash = line.value(after: "Hash: ") { text.infoHash = hash }
    if let count = line.value(after: "Piece Count: ") { text.pieceCount = Int(count) }
  }
}

/// `aria2c -S`.
enum AriaShow {
  static func read(_ path: String) throws -> TorrentText {
    let output = try Command("aria2c", "--no-conf", "-S", path).check()
    var text = TorrentText()
    var section = ""
    var file: String?
    for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
      if let hash = line.value(after: "Info Hash: ") { text.infoHash = hash }
      if let name = line.value(after: "Name: ") { text.name = name }
      if let count = line.value(after: "The Number of Pieces: ") { text.pieceCount = Int(count) }
      if line.first != " ", line.last == ":" { section = String(line) }
      if section == "URL List:", line.first == " " {
        text.webSeeds.append(String(line.dropFirst()))
      }
      if section == "Announce:", line.first == " " {
        text.trackers.append(String(line.dropFirst()))
      }
      if section == "Files:" {
        let cell = line.drop { $0 != "|" }.dropFirst()
        if cell.hasPrefix("./") {
          file = String(cell.dropFirst(2))
        } else if let path = file, let begin = cell.range(of: " (", backwards: true) {
          let digits = cell[begin...].filter(\.isNumber)
          text.files[path.inASCII] = Int(digits)
          file = nil
        }
      }
    }
    return text
  }
}

extension String {
  /// With other letters as their code points: strings that only look the same differ.
  var inASCII: String { unicodeScalars.map { $0.escaped(asASCII: true) }.joined() }
}

extension Substring {
  fileprivate func value(after label: String) -> String? {
    hasPrefix(label) ? String(dropFirst(label.count)) : nil
  }

  /// Where `text` begins for the last time.
  fileprivate func range(of text: String, backwards: Bool) -> Index? {
    indices.last { self[$0...].hasPrefix(text) }
  }
}
