// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Publisher

/// What fetching an installed set costs by pieces of one size over all files, in different orders of
/// the files, and by pieces that begin and end with each file.
package struct OrderingTable: Codable, Hashable, Sendable {
  /// One piece size in one order.
  package struct Row: Codable, Hashable, Sendable {
    /// In bytes; of aligned pieces the base, which large files double.
    package var pieceSize: UInt64
    /// A `FileOrder`, or `aligned`.
    package var order: String
    package var pieces: UInt64
    package var fetchedBytes: UInt64
    /// What of that was not wanted.
    package var wastedBytes: UInt64
    /// The same, in percent of what was.
    package var waste: Double
  }

  /// All files, each path once.
  package private(set) var files = 0
  package private(set) var bytes: UInt64 = 0
  /// Packages that were named.
  package private(set) var listed = 0
  /// Files that they are.
  package private(set) var wantedFiles = 0
  package private(set) var wantedBytes: UInt64 = 0
  /// Named packages that are not among the files.
  package private(set) var missing: [String] = []
  package private(set) var rows: [Row] = []

  /// How rows of aligned pieces are called.
  package static let aligned = "aligned"

  /// Lays `files` end to end in each order.
  ///
  /// - Parameters:
  ///   - files: of the archive; those without bytes are left out, and a path counts once.
  ///   - installed: what is wanted of them.
  ///   - pieceSizes: which to try.
  ///   - popularity: how often packages are installed; without it that order is left out.
  /// - Throws: `ArchiveError` (EX_DATAERR) when none of the packages is there.
  package init(
    files: [PackageFile], installed: InstalledSet, pieceSizes: [PieceSize], popularity: Popularity?
  ) throws(ArchiveError) {
    var paths: Set<ArchivePath> = []
    let files = files.filter { $0.content.size != .zero && paths.insert($0.path).inserted }
    let (wanted, missing) = installed.find(in: files)
    guard !wanted.isEmpty else {
      throw ArchiveError(
        .data, "none of the \(installed.packages.count) installed packages is in the indices",
        advice: "name indices of the machine's own suite and architecture")
    }
    self.files = files.count
    bytes = files.reduce(0) { $0 + $1.content.size.rawValue }
    listed = installed.packages.count
    wantedFiles = wanted.count
    wantedBytes = wanted.reduce(0) { $0 + files[$1].content.size.rawValue }
    self.missing = missing.map(\.name)
    let orders = FileOrder.allCases.filter { $0 != .popularity || popularity != nil }
    let sorted = orders.map { ($0, $0.positions(of: files, popularity: popularity)) }
    for size in pieceSizes {
      for (order, positions) in sorted {
        let fixed = FixedPieces(
          positions.lazy.map { (files[$0].content.size.rawValue, wanted.contains($0)) },
          pieceSize: size.rawValue)
        rows.append(row(size, order.rawValue, pieces: fixed.pieces, bytes: fixed.bytes))
      }
      let aligned = wanted.reduce(UInt64(0)) { pieces, position in
        let file = files[position].content.size
        return pieces + UInt64(PieceSize.forFile(of: file, base: size).pieceCount(of: file))
      }
      rows.append(row(size, Self.aligned, pieces: aligned, bytes: wantedBytes))
    }
  }

  private func row(_ size: PieceSize, _ order: String, pieces: UInt64, bytes: UInt64) -> Row {
    Row(
      pieceSize: size.rawValue, order: order, pieces: pieces, fetchedBytes: bytes,
      wastedBytes: bytes - wantedBytes,
      waste: Double(bytes - wantedBytes) * 100 / Double(wantedBytes))
  }

  /// The orders that rows are of, each once.
  package var orders: [String] {
    rows.reduce(into: []) { if !$0.contains($1.order) { $0.append($1.order) } }
  }

  /// The piece sizes in bytes that rows are of, each once.
  package var pieceSizes: [UInt64] {
    rows.reduce(into: []) { if !$0.contains($1.pieceSize) { $0.append($1.pieceSize) } }
  }

  /// The row of one piece size in one order.
  package func row(_ pieceSize: UInt64, _ order: String) -> Row? {
    rows.first { $0.pieceSize == pieceSize && $0.order == order }
  }

  /// How an order of a row is called.
  package static func title(of order: String) -> String {
    FileOrder(rawValue: order)?.title ?? order
  }
}
