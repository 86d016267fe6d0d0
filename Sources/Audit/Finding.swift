// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// One thing that is wrong: where, what was expected and found, and what to do about it.
package struct Finding: Codable, Hashable, Sendable {
  package let kind: Kind
  /// The file, as the operator finds it; the ledger's path where a row is meant.
  package let file: String
  /// What was expected and what was found.
  package let problem: String
  /// What mends it.
  package let advice: String
  /// The exit status it asks for.
  package let status: Int32
  /// What `--repair` did about it, or would do; nil where it cannot.
  package var repair: String?
  /// Whether a repair has mended it: then it asks for no exit status.
  package var isMended = false

  package init(
    _ kind: Kind, _ file: String, _ problem: String, advice: String? = nil, code: ExitCode? = nil
  ) {
    self.kind = kind
    self.file = file
    self.problem = problem
    self.advice = advice ?? kind.advice
    status = (code ?? kind.code).rawValue
  }

  /// What a failure says, as a finding at the file where it happened.
  package init(_ kind: Kind, _ error: ArchiveError, file: String) {
    let place = error.place.map { "\($0)" } ?? file
    self.init(
      kind, place, error.reason, advice: error.advice,
      code: error.code == .io || error.code == .permission || error.code == .temporary
        ? error.code : nil)
  }

  /// Whether two runs found the same.
  package func isSame(as other: Finding) -> Bool { kind == other.kind && file == other.file }
}

extension Finding: CustomStringConvertible {
  /// `file: problem; advice`, one line; of what is mended, how.
  package var description: String {
    if isMended, let repair { return "\(file): \(problem); \(repair)" }
    return "\(file): \(problem); \(advice)" + (repair.map { " (\($0))" } ?? "")
  }
}

extension Finding {
  /// What can be wrong; the names are those of `--json`.
  package enum Kind: String, Codable, CaseIterable, Sendable {
    /// The archive's own Release or indices.
    case archive
    /// The published Release: absent, malformed, or not the one that was published.
    case release
    /// The published Release's signatures.
    case signature
    /// A published file that Release lists is not there.
    case missingFile = "missing-file"
    /// A published file is not what Release lists.
    case wrongFile = "wrong-file"
    /// A by-hash name is not there, or its file has another hash.
    case byHash = "by-hash"
    /// A piece index contradicts itself or the ledger.
    case pieceIndex = "piece-index"
    /// A number was given to two contents.
    case numberReused = "number-reused"
    /// An older piece index is no prefix of the newest.
    case notPrefix = "not-a-prefix"
    /// The ledger knows less than was published.
    case ledgerBehind = "ledger-behind"
    /// A stanza of an extended index is neither the archive's nor what the ledger says.
    case stanza
    /// The published set is older than the archive.
    case stale
    /// A torrent or metalink.
    case object
    /// The ledger's own rows.
    case ledger
    /// A member of a piece index in the ledger.
    case member
    /// A compressed block kept for the next run.
    case block
    /// A file of the pool is not there.
    case poolMissing = "pool-missing"
    /// A file of the pool has another size.
    case poolSize = "pool-size"
    /// A file of the pool has other bytes, though it seems untouched since it was verified.
    case poolRotten = "pool-rotten"
    /// A file of the pool has other bytes, and was written to or replaced.
    case poolReplaced = "pool-replaced"
    /// A file of the pool holds another file's bytes.
    case poolSwapped = "pool-swapped"
    /// A file of the pool could not be read.
    case poolUnreadable = "pool-unreadable"
    /// A file of the pool is right and its piece hashes in the ledger are not.
    case poolPieces = "pool-pieces"
  }
}

extension Finding.Kind {
  /// The exit status that a finding of this kind asks for.
  var code: ExitCode {
    switch self {
    case .stale, .poolMissing: .temporary
    case .poolUnreadable: .io
    default: .data
    }
  }

  var advice: String {
    switch self {
    case .archive: "sync the archive again"
    case .release, .signature, .missingFile, .wrongFile, .byHash, .stanza, .object:
      "run verify --repair, which publishes anew from the ledger"
    case .pieceIndex, .numberReused, .notPrefix:
      "restore the ledger from a backup, or run rebuild-ledger over a sound copy of what was "
        + "published; until then clients may refuse the piece index"
    case .ledgerBehind:
      "do not run hash: it would give numbers again; restore a newer backup of the ledger, or run "
        + "rebuild-ledger"
    case .stale: "run hash"
    case .ledger, .member: "restore the ledger from a backup, or run rebuild-ledger"
    case .block: "remove it, or run verify --repair: it is made again when it is needed"
    case .poolMissing: "sync the archive again"
    case .poolSize, .poolRotten, .poolReplaced, .poolSwapped:
      "remove the file and sync again, or get it by archive-tool fetch from another mirror; then "
        + "run hash"
    case .poolUnreadable: "check the disk and the file's owner and mode"
    case .poolPieces: "run verify --repair, which stores what was read"
    }
  }
}
