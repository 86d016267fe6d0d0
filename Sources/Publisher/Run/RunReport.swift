// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// What one run over one suite found and did; `--json` prints it as it is.
package struct RunReport: Codable, Sendable {
  /// One torrent after the run.
  package struct Torrent: Codable, Sendable {
    package var id: String
    package var architecture: String
    package var generation: Int
    package var floor: UInt32
    package var nextPiece: UInt32
    package var livePieces: UInt64
  }

  /// One index that was written.
  package struct Index: Codable, Sendable {
    package var path: String
    package var stanzas: Int
    /// Bytes of the uncompressed index as it was read, and as it was written.
    package var plainBefore: UInt64
    package var plainAfter: UInt64
    /// By compression, bytes that upstream's Release lists; absent where it lists none.
    package var before: [String: UInt64] = [:]
    package var after: [String: UInt64] = [:]
    package var blocks: Int
    package var compressedBlocks: Int
  }

  /// The torrents and metalinks beside the indices.
  package struct Objects: Codable, Sendable {
    package var coverage: Choice.Coverage
    /// In percent of all bytes.
    package var byteShare: Double
    /// How many were made anew; the others were there.
    package var made: Int
    /// Files without an object because the digests of its form were not computed.
    package var lacking: Int
  }

  /// Whose numbers a suite has that follows.
  package struct Upstream: Codable, Sendable {
    package var source: String
    package var publisher: String
    /// Date of the publisher's Release.
    package var releaseDate: String
    /// Bytes that came for it.
    package var bytesReceived: UInt64
    /// Gzip members of piece indices that were new.
    package var newMembers: Int

    package init(
      source: String, publisher: String, releaseDate: String, bytesReceived: UInt64, newMembers: Int
    ) {
      self.source = source
      self.publisher = publisher
      self.releaseDate = releaseDate
      self.bytesReceived = bytesReceived
      self.newMembers = newMembers
    }
  }

  package var suite: String
  package var releaseDate: String
  /// Valid-Until of the Release; nil where it has none.
  package var validUntil: String?
  package var dryRun = false
  package var indicesRead = 0
  package var indicesAbsent: [String] = []
  /// Files that indices name, and their bytes.
  package var files = 0
  package var bytes: UInt64 = 0
  /// Files that were read, or would be.
  package var filesHashed = 0
  package var bytesHashed: UInt64 = 0
  package var contentsNumbered = 0
  package var piecesNumbered: UInt64 = 0
  package var contentsRevived = 0
  package var contentsRetired = 0
  package var newGenerations: [String] = []
  package var filesMissing = 0
  package var missing: [String] = []
  package var problems: [String] = []
  package var torrents: [Torrent] = []
  package var indices: [Index] = []
  /// Nil when no policy asks for any, or nothing was published.
  package var objects: Objects?
  /// Nil for a suite that is numbered here.
  package var upstream: Upstream?
  /// Contents of the archive that its publisher has not numbered yet.
  package var contentsUnnumbered: Int?
  /// Whether anything was published, or would be.
  package var published = false
  package var output = ""
  /// The exit status this suite asks for.
  package var status: Int32 = 0

  init(suite: String, releaseDate: ArchiveDate, validUntil: ArchiveDate? = nil) {
    self.suite = suite
    self.releaseDate = releaseDate.description
    self.validUntil = validUntil?.description
  }

  /// Asks for an exit status; what the operator must mend outweighs what mends itself.
  mutating func ask(for code: ExitCode) {
    if status == 0 || status == ExitCode.temporary.rawValue { status = code.rawValue }
  }
}
