// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// What a peer said, after the rules of the protocol were applied to it; bytes are borrowed from where
/// it was read.
public enum PeerEvent {
  /// The other side's handshake; the session has to be told what torrent this is, by `begin`.
  case handshake(Handshake)
  /// An extended handshake, the first one or a later one.
  case extended(ExtendedHandshake)
  /// Requests of ours are not answered; where BEP 6 is not spoken, those under way are void.
  case choked
  case unchoked
  case interested
  case notInterested
  /// The peer has a piece.
  case have(UInt32)
  /// It has all there are; of a numbered torrent, all live ones between its floor and next.
  case haveAll
  case haveNone
  /// It has the pieces of these bits; those of a numbered torrent begin at its floor.
  case bitfield(UnsafeRawBufferPointer)
  /// On a numbered torrent, it has these, besides what it said before.
  case haveRanges([PieceRange])
  /// On a numbered torrent, it is getting these from a web seed, and no others.
  case fetching([PieceRange])
  /// It has a piece no longer (BEP 54).
  case dontHave(UInt32)
  case request(BlockRequest)
  case cancel(BlockRequest)
  case reject(BlockRequest)
  case block(piece: UInt32, offset: UInt32, UnsafeRawBufferPointer)
  case hashRequest(HashRange)
  case hashes(HashRange, UnsafeRawBufferPointer)
  case hashReject(HashRange)
  case metadata(MetadataMessage)
  case peers(PeerExchange)
  /// Nothing that matters here.
  case ignored
}
