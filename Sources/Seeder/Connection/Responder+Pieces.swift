// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import HTTPMessages

extension Worker {
  /// The stream of the pieces that a POST asks for.
  func postPieces(_ id: TorrentID, _ content: [UInt8]) -> Response {
    guard let torrent = catalog.torrent(id) else { return unknown(.noSuchTorrent) }
    let numbers: [PieceNumber]
    do throws(PieceListDefect) {
      numbers = try PieceList.parse(content, limit: limits.request.pieces)
    } catch {
      return Response(Answer(status: 400, text: "\(error)\n"))
    }
    let plan = PieceOrder.plan(numbers, of: torrent, in: catalog)
    counters.pieces += UInt64(numbers.count)
    var response = Response(Answer(status: 200, entity: PieceFrame.fields, content: .stream))
    response.pieces = plan
    return response
  }
}
