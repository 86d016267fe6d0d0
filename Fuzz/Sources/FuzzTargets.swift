// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The targets by name; what each covers is in Fuzz/targets.
private let targets: [String: @Sendable ([UInt8]) -> Void] = [
  "Addresses": fuzzAddresses,
  "ArchiveDate": fuzzArchiveDate,
  "Bzip2": fuzzBzip2,
  "ClearSigned": fuzzClearSigned,
  "Configuration": fuzzConfiguration,
  "ControlStanza": fuzzControlStanza,
  "DebianVersion": fuzzDebianVersion,
  "GpgvStatus": fuzzGpgvStatus,
  "Gzip": fuzzGzip,
  "GzipMembers": fuzzGzipMembers,
  "HashProof": fuzzHashProof,
  "LedgerBlobs": fuzzLedgerBlobs,
  "Magnet": fuzzMagnet,
  "Metalink": fuzzMetalink,
  "Packages": fuzzPackages,
  "PeerExtensions": fuzzPeerExtensions,
  "PeerHandshake": fuzzPeerHandshake,
  "PeerMessage": fuzzPeerMessage,
  "PeerSession": fuzzPeerSession,
  "PieceIndex": fuzzPieceIndex,
  "Popularity": fuzzPopularity,
  "Release": fuzzRelease,
  "ReleaseTorrents": fuzzReleaseTorrents,
  "RequestBody": fuzzRequestBody,
  "RequestConditions": fuzzRequestConditions,
  "RequestHead": fuzzRequestHead,
  "RequestTarget": fuzzRequestTarget,
  "ResponseHead": fuzzResponseHead,
  "Sources": fuzzSources,
  "StateFiles": fuzzStateFiles,
  "Torrent": fuzzTorrent,
  "TorrentPolicy": fuzzTorrentPolicy,
  "TrackerAnswer": fuzzTrackerAnswer,
  "TrackerHTTP": fuzzTrackerHTTP,
  "TrackerSnapshot": fuzzTrackerSnapshot,
  "TrackerUDP": fuzzTrackerUDP,
  "Xz": fuzzXz,
  "Zstd": fuzzZstd,
]

/// What FUZZ_TARGET names. An environment variable, because libFuzzer starts itself again with its own
/// arguments alone.
private let chosen: @Sendable ([UInt8]) -> Void = {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = targets[name] else {
    let names = targets.keys.sorted().joined(separator: " ")
    let complaint = Array("FUZZ_TARGET is '\(name)'; expected one of \(names)\n".utf8)
    write(STDERR_FILENO, complaint, complaint.count)
    exit(64)
  }
  return target
}()

/// libFuzzer's entry.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen(Array(UnsafeBufferPointer(start: data, count: count)))
  return 0
}
