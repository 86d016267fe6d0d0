// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Reads values of a known kind; what is wrong is told with its byte offset.
extension BencodeValue {
  /// An error about this value.
  func failure(_ reason: String) -> ArchiveError {
    ArchiveError(
      .data, reason, at: ArchiveError.Place(file: document.name, offset: UInt64(offset)))
  }

  /// The value of `key`, which has to be there.
  func require(_ key: String) throws(ArchiveError) -> BencodeValue {
    guard let value = self[key] else { throw failure("expected a key '\(key)'") }
    return value
  }

  /// The bytes of a string; `what` names it in messages.
  func bytes(_ what: String) throws(ArchiveError) -> ArraySlice<UInt8> {
    guard let string else { throw failure("\(what) is \(kind.rawValue), expected a string") }
    return string
  }

  /// The text of a string; bytes that are no UTF-8 are replaced.
  func text(_ what: String) throws(ArchiveError) -> String {
    String(decoding: try bytes(what), as: UTF8.self)
  }

  /// A number from zero up to `most`.
  func number(_ what: String, upTo most: UInt64 = .max) throws(ArchiveError) -> UInt64 {
    guard let integer else { throw failure("\(what) is \(kind.rawValue), expected an integer") }
    guard integer >= 0, integer <= most else {
      let bound = most == .max ? "" : ", no more than \(most)"
      throw failure("\(what) is \(integer), expected a positive number\(bound)")
    }
    return UInt64(integer)
  }

  /// The values of a list.
  func list(_ what: String) throws(ArchiveError) -> Elements {
    guard let elements else { throw failure("\(what) is \(kind.rawValue), expected a list") }
    return elements
  }

  /// The keys and values of a dictionary.
  func dictionary(_ what: String) throws(ArchiveError) -> Entries {
    guard let entries else { throw failure("\(what) is \(kind.rawValue), expected a dictionary") }
    return entries
  }

  /// A digest of 32 bytes.
  func digest(_ what: String) throws(ArchiveError) -> SHA256Digest {
    let bytes = try bytes(what)
    guard let digest = bytes.withUnsafeBytes({ SHA256Digest(bytes: $0) }) else {
      throw failure("\(what) has \(bytes.count) bytes, expected 32")
    }
    return digest
  }
}
