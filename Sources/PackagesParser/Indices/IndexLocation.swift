// SPDX-License-Identifier: Apache-2.0

private import ArchiveModel

/// Which index of a suite a path names: `main/binary-amd64/Packages`, and its like.
public struct IndexLocation: Hashable, Sendable {
  /// What the index lists.
  public enum Kind: Hashable, Sendable {
    /// Binary packages of one architecture.
    case packages(architecture: String)
    /// Packages of the Debian installer of one architecture.
    case installer(architecture: String)
    /// Source packages.
    case sources
  }

  /// May itself hold slashes, as `updates/main` once did.
  public let component: String
  public let kind: Kind

  /// Joins component and kind.
  public init(component: String, kind: Kind) {
    self.component = component
    self.kind = kind
  }

  /// Reads a path relative to the suite, without a compression's suffix; nil for other files, and for
  /// paths that could lead out of the suite.
  public init?(path: Substring) {
    var text = path
    guard text.withUTF8({ ArchivePath.defect(in: UnsafeRawBufferPointer($0)) }) == nil else {
      return nil
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 3, let file = parts.last else { return nil }
    let directory = parts[parts.count - 2]
    var component = parts.dropLast(2)
    if file == "Sources", directory == "source" {
      kind = .sources
    } else if file == "Packages", directory.hasPrefix("binary-"), directory.count > 7 {
      let architecture = String(directory.dropFirst(7))
      if component.last == "debian-installer" {
        component = component.dropLast()
        kind = .installer(architecture: architecture)
      } else {
        kind = .packages(architecture: architecture)
      }
    } else {
      return nil
    }
    guard !component.isEmpty, component.last != "debian-installer" else { return nil }
    self.component = component.joined(separator: "/")
  }

  /// The location whose directory and kind a piece index's path has; nil for other files.
  package init?(pieceIndexPath path: String) {
    guard path.hasSuffix("-pieces") else { return nil }
    self.init(path: path.dropLast("-pieces".utf8.count))
  }

  /// The directory relative to the suite.
  public var directory: String {
    switch kind {
    case .packages(let architecture): "\(component)/binary-\(architecture)"
    case .installer(let architecture): "\(component)/debian-installer/binary-\(architecture)"
    case .sources: "\(component)/source"
    }
  }

  /// The path relative to the suite, uncompressed.
  public var path: String { directory + (kind == .sources ? "/Sources" : "/Packages") }

  /// The architecture whose torrent most of the index belongs to; `source` for Sources.
  public var architecture: String {
    switch kind {
    case .packages(let architecture), .installer(let architecture): architecture
    case .sources: "source"
    }
  }

  /// The piece index for this index's contents of `architecture`, relative to the suite and
  /// uncompressed. A package of Architecture `all` stands in a file of its own.
  public func pieceIndexPath(for architecture: String) -> String {
    switch kind {
    case .packages: "\(component)/binary-\(architecture)/Packages-pieces"
    case .installer: "\(component)/debian-installer/binary-\(architecture)/Packages-pieces"
    case .sources: "\(component)/source/Sources-pieces"
    }
  }
}
