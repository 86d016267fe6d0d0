// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

extension PeerSession {
  /// Availability comes once; clients say other things before it.
  mutating func takeAvailability(
    _ id: UInt8, needs feature: Handshake.Features = []
  ) throws(WireError) {
    guard !hasAvailability, shared.isSuperset(of: feature) else { throw .unexpected(id) }
    hasAvailability = true
  }

  func have(_ piece: UInt32) throws(WireError) -> PeerEvent {
    switch kind {
    case .standard(let pieces?):
      guard piece < pieces else { throw .malformed(MessageID.have) }
      return .have(piece)
    case .numbered(let ours): return piece < bound(ours) ? .have(piece) : .ignored
    default: return .have(piece)
    }
  }

  /// A number from here on is not remembered.
  private func bound(_ ours: NumberedState) -> UInt32 {
    let (bound, overflow) = ours.next.addingReportingOverflow(limits.numbersAhead)
    return overflow ? .max : bound
  }

  mutating func bitfield(_ bits: UnsafeRawBufferPointer) throws(WireError) -> PeerEvent {
    // aria2 sends a bitfield later on too, where that is shorter than as many haves.
    if case .standard? = kind {
      hasAvailability = true
    } else {
      try takeAvailability(MessageID.bitfield)
    }
    if case .standard(let pieces?) = kind {
      // BEP 3: spare bits are zero, and so stock clients hold each other to.
      let spare = UInt8(truncatingIfNeeded: 0xFF >> (pieces & 7))
      guard bits.count == (Int(pieces) + 7) / 8,
        pieces & 7 == 0 || (bits.last ?? 0) & spare == 0
      else { throw .malformed(MessageID.bitfield) }
    }
    return .bitfield(bits)
  }

  mutating func takeExtendedHandshake(
    _ payload: UnsafeRawBufferPointer
  ) throws(WireError) -> PeerEvent {
    let said = try ExtendedHandshake(payload, limits: limits)
    if let failure = said.failure { throw .refused(failure) }
    if case .numbered(let ours) = kind {
      guard let theirs = said.numbered ?? extended?.numbered else { throw .notNumbered }
      guard theirs.generation == ours.generation else { throw .generation(theirs.generation) }
    }
    if extended == nil { extended = said } else { extended?.merge(said) }
    if phase == .extendedHandshake { phase = .open }
    return .extended(said)
  }

  mutating func takeExtension(
    _ id: UInt8, _ payload: UnsafeRawBufferPointer
  ) throws(WireError) -> PeerEvent {
    guard shared.contains(.extensions) else { throw .unexpected(MessageID.extended) }
    if id == 0 { return try takeExtendedHandshake(payload) }
    guard let name = ExtensionName(rawValue: id) else { return .ignored }
    switch name {
    case .metadata: return .metadata(try MetadataMessage(payload))
    case .peerExchange: return .peers(try PeerExchange(payload, limits: limits))
    case .dontHave:
      guard payload.count == 4 else { throw .malformedExtension(name.key) }
      return .dontHave(payload.bigEndian(at: 0, as: UInt32.self))
    case .numberedHave: return .haveRanges(try ranges(payload, name))
    case .numberedFetching: return .fetching(try ranges(payload, name))
    }
  }

  private func ranges(
    _ payload: UnsafeRawBufferPointer, _ name: ExtensionName
  ) throws(WireError) -> [PieceRange] {
    guard case .numbered(let ours) = kind else { throw .unexpected(MessageID.extended) }
    var ranges: [PieceRange] = []
    guard PackedRanges.read(payload, into: &ranges, limit: limits.ranges) else {
      throw .malformedExtension(name.key)
    }
    let end = bound(ours)
    return ranges.compactMap { range in
      range.first < end ? PieceRange(range.first, min(range.last, end - 1)) : nil
    }
  }
}
