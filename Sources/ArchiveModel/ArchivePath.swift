// SPDX-License-Identifier: Apache-2.0

/// A path below the archive root that cannot lead out of it by its spelling.
///
/// Symbolic links are the file system's side of the same promise: see `ArchiveRoot`.
public struct ArchivePath: Hashable, Sendable {
  /// The longest path accepted, in bytes: PATH_MAX less the terminating NUL.
  public static let maximumLength = 4095
  /// The longest component accepted, in bytes: NAME_MAX.
  public static let maximumComponentLength = 255

  /// The path, `/` between components, none at either end.
  public let string: String

  /// Takes `string` as it is.
  ///
  /// - Throws: a `Defect` that says why the path is unsafe.
  public init(_ string: String) throws(Defect) {
    var copy = string
    let defect = copy.withUTF8 { Self.defect(in: UnsafeRawBufferPointer($0)) }
    if let defect { throw defect }
    self.string = string
  }

  /// Takes the bytes of a field.
  ///
  /// - Throws: a `Defect` that says why the path is unsafe.
  public init(bytes: UnsafeRawBufferPointer) throws(Defect) {
    if let defect = Self.defect(in: bytes) { throw defect }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    string = text
  }

  /// The last component.
  public var name: String {
    string.utf8.lastIndex(of: 0x2F).map { String(string[string.index(after: $0)...]) } ?? string
  }

  /// Why `bytes` are no safe path, or nil; allocates nothing.
  public static func defect(in bytes: UnsafeRawBufferPointer) -> Defect? {
    guard let first = bytes.first else { return .empty }
    if first == 0x2F { return .absolute }
    if bytes.count > maximumLength { return .tooLong }
    var start = 0
    for index in 0...bytes.count {
      let byte = index < bytes.count ? bytes[index] : 0x2F
      if byte == 0x2F {
        if let defect = componentDefect(bytes[start..<index]) { return defect }
        start = index + 1
      } else if byte < 0x20 || byte == 0x7F {
        return .controlCharacter
      }
    }
    return nil
  }

  private static func componentDefect(_ component: Slice<UnsafeRawBufferPointer>) -> Defect? {
    switch component.count {
    case 0: .emptyComponent
    case 1 where component[component.startIndex] == 0x2E: .dotComponent
    case 2 where component.allSatisfy { $0 == 0x2E }: .dotComponent
    case let count where count > maximumComponentLength: .tooLong
    default: nil
    }
  }

  /// Why a path is refused.
  public enum Defect: Error, Hashable, Sendable {
    /// No bytes at all.
    case empty
    /// Begins with `/`.
    case absolute
    /// `//`, or `/` at the end.
    case emptyComponent
    /// `.` or `..` as a component.
    case dotComponent
    /// A byte below 0x20, or 0x7F.
    case controlCharacter
    /// Longer than the file system takes.
    case tooLong
    /// Not valid UTF-8.
    case notUTF8
  }
}

extension ArchivePath: CustomStringConvertible {
  public var description: String { string }
}

// Bytewise as well: to a file system, names are not the same for letters that Unicode takes for the
// same in one code point and in two.
extension ArchivePath {
  public static func == (a: ArchivePath, b: ArchivePath) -> Bool {
    a.string.utf8.elementsEqual(b.string.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    var copy = string
    copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(UInt8(0xFF))
  }
}

extension ArchivePath: Comparable {
  /// Bytewise, as numbers are given.
  public static func < (a: ArchivePath, b: ArchivePath) -> Bool {
    a.string.utf8.lexicographicallyPrecedes(b.string.utf8)
  }
}

extension ArchivePath.Defect: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "the path is empty"
    case .absolute: "the path is absolute"
    case .emptyComponent: "the path has an empty component"
    case .dotComponent: "the path has a '.' or '..' component"
    case .controlCharacter: "the path has a control character"
    case .tooLong: "the path or a component of it is too long"
    case .notUTF8: "the path is not UTF-8"
    }
  }
}
