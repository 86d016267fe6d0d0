// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages

/// Why no file can be served as a content.
enum Lack: Error {
  /// No file has that path any more.
  case vanished
  /// A file was touched and is being read again.
  case unverified
  /// The bytes are others.
  case different

  /// Takes into account how one more file stands that is not certain to hold the content: one that
  /// is being read again may turn out to hold it, whatever the others do.
  mutating func note(_ standing: Knowledge.Standing) {
    switch standing {
    case .unverified: self = .unverified
    case .different: if self != .unverified { self = .different }
    case .verified, .unknown: break
    }
  }
}

extension Answer {
  init(_ lack: Lack) {
    switch lack {
    case .vanished: self = .notFound
    case .unverified:
      self.init(
        status: 503, text: "The file was touched and is being verified; try again soon.\n")
      set("Retry-After", "2")
    case .different:
      self.init(status: 410, text: "The archive's file has other bytes than its index says.\n")
    }
  }
}
