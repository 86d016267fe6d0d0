// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser

/// A configuration, and what comes of it when it is written again.
func fuzzControlStanza(_ bytes: [UInt8]) {
  _ = try? ControlStanza.parse(bytes, file: "input", comments: true)
  guard let stanzas = try? ControlStanza.parse(bytes, file: "input") else { return }
  let written = stanzas.map { $0.fields.flatMap(\.serialized) }
  let again = try? ControlStanza.parse(Array(written.joined(separator: [0x0A])), file: "input")
  demand(
    again?.map { $0.fields.map(\.serialized) } == stanzas.map { $0.fields.map(\.serialized) },
    "written again it is another")
}
