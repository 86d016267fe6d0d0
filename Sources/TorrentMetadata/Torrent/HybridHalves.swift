// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// The two lists of files in a hybrid torrent, which have to be the same (BEP 52).
///
/// A client that takes one half would else share other bytes than one that takes the other.
struct HybridHalves {
  let list: [TorrentFile]
  let tree: [TorrentFile]
  let pieceLength: UInt64

  /// The files of the list with the roots of the tree; `value` is named in errors.
  func joined(at value: BencodeValue) throws(ArchiveError) -> [TorrentFile] {
    var result: [TorrentFile] = []
    var rest = tree[...]
    var offset: UInt64 = 0
    for file in list {
      if file.isPadding {
        guard file.size.rawValue == (pieceLength - offset % pieceLength) % pieceLength else {
          throw value.failure("padding of \(file.size) bytes does not end at a piece's border")
        }
        result.append(file)
      } else {
        guard let other = rest.popFirst(), other.path == file.path, other.size == file.size else {
          throw value.failure("the file tree differs from the file list at \(file.path)")
        }
        guard file.size == .zero || offset.isMultiple(of: pieceLength) else {
          throw value.failure("\(file.path) does not begin at a piece's border")
        }
        result.append(
          TorrentFile(
            path: file.path, size: file.size,
            attributes: file.attributes.union(other.attributes), root: other.root))
      }
      offset += file.size.rawValue
    }
    if let file = rest.first {
      throw value.failure("the file list lacks \(file.path), which the file tree has")
    }
    return result
  }
}
