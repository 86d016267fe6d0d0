// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// What a torrent, magnet link or metalink holds, and what is wrong with it, in plain words.
///
/// All that an object says is among the facts, so that no change of it goes unseen.
public struct Inspection: Hashable, Sendable {
  /// The kinds of objects.
  public enum Kind: String, Hashable, Sendable {
    case torrent
    case magnet = "magnet link"
    case metalink
  }

  /// One thing that the object says.
  public struct Fact: Hashable, Sendable {
    public let label: String
    /// May hold whatever the object did: to be cleaned before it goes to a terminal.
    public let value: String
  }

  /// One thing that is wrong.
  public struct Finding: Hashable, Sendable {
    public enum Severity: String, Hashable, Sendable {
      /// The object is not sound.
      case error
      /// Some programs cannot use it, or not well.
      case warning
    }

    public let severity: Severity
    public let text: String
    /// Where, if it is known that closely.
    public let place: ArchiveError.Place?
  }

  /// None when the bytes look like none of them.
  public private(set) var kind: Kind?
  public private(set) var facts: [Fact] = []
  public private(set) var findings: [Finding] = []

  /// Whether no finding is an error.
  public var isSound: Bool { findings.allSatisfy { $0.severity != .error } }

  /// Looks at `bytes`, which `name` stands for in messages.
  public init(_ bytes: [UInt8], name: String, limits: MetadataLimits = MetadataLimits()) {
    kind = Self.kind(of: bytes)
    do throws(ArchiveError) {
      switch kind {
      case .torrent: describe(try Metainfo(bytes, name: name, limits: limits))
      case .magnet:
        let text = String(decoding: bytes.trimmed, as: UTF8.self)
        describe(try MagnetLink(text, limits: limits))
      case .metalink: describe(try Metalink(bytes, name: name, limits: limits))
      case nil:
        throw ArchiveError(
          .data, "neither a torrent nor a magnet link nor a metalink",
          at: ArchiveError.Place(file: name))
      }
    } catch {
      findings.append(Finding(severity: .error, text: error.reason, place: error.place))
    }
  }

  /// Judges by the first bytes alone.
  private static func kind(of bytes: [UInt8]) -> Kind? {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let start = bytes.prefix(64).trimmed
    if String(decoding: start.prefix(7), as: UTF8.self).lowercased() == "magnet:" { return .magnet }
    guard let first = start.first else { return nil }
    return switch first {
    case 0x3C: .metalink
    case 0x64, 0x69, 0x6C, 0x30...0x39: .torrent
    default: nil
    }
  }

  mutating func add(_ label: String, _ value: String?) {
    if let value { facts.append(Fact(label: label, value: value)) }
  }

  mutating func add(_ label: String, _ values: [String]) {
    for value in values { add(label, value) }
  }

  mutating func error(_ text: String) {
    findings.append(Finding(severity: .error, text: text, place: nil))
  }

  mutating func warn(_ text: String) {
    findings.append(Finding(severity: .warning, text: text, place: nil))
  }
}

extension Inspection.Fact: CustomStringConvertible {
  /// `label: value`.
  public var description: String { "\(label): \(value)" }
}

extension Inspection.Finding: CustomStringConvertible {
  /// `severity: place: text`.
  public var description: String {
    "\(severity.rawValue): \(place.map { "\($0): " } ?? "")\(text)"
  }
}
