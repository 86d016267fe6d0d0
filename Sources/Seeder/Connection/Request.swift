// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages

/// A request on its own: what is left of it when its bytes are gone.
struct Request {
  var method: RequestHead.Method
  /// The target as it was sent.
  var target: [UInt8]
  /// The Host field, or what HTTP/2 has in its place.
  var host = ""
  var conditions = RequestConditions()
  /// The content of a POST.
  var content: [UInt8] = []

  var isGet: Bool { method == .get }
}

/// A response with what its content is taken from; confined to one event loop.
struct Response {
  let answer: Answer
  /// The file that `answer` gives bytes of.
  var file: OpenFile?
  /// Where in the file what is served begins.
  var offset: UInt64 = 0
  /// Whether the target named these bytes, by hash or number. Then they are read, the file is looked
  /// at, and they are sent, so that not even a write in place comes between: sendfile(2) would hand
  /// out pages that can still change.
  var isCertain = false
  /// What is being asked for, to be counted.
  var source: CachedFile?
  /// The pieces that make up a content without a length.
  var pieces: [PieceGroup] = []

  /// Whether its content is counted as pieces and not as a file.
  var isPiece: Bool {
    if case .stream = answer.content { true } else { isCertain }
  }

  init(_ answer: Answer, file: OpenFile? = nil, offset: UInt64 = 0) {
    self.answer = answer
    self.file = file
    self.offset = offset
  }
}
