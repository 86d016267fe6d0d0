// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import FuzzSupport
import PackagesParser

/// libFuzzer's entry: a configuration, and what comes of it when it is written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzControlStanza(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = input(data, count)
  _ = try? ControlStanza.parse(bytes, file: "input", comments: true)
  guard let stanzas = try? ControlStanza.parse(bytes, file: "input") else { return 0 }
  let written = stanzas.map { $0.fields.flatMap(\.serialized) }
  let again = try? ControlStanza.parse(Array(written.joined(separator: [0x0A])), file: "input")
  demand(
    again?.map { $0.fields.map(\.serialized) } == stanzas.map { $0.fields.map(\.serialized) },
    "written again it is another")
  return 0
}
