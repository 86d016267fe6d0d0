// SPDX-License-Identifier: Apache-2.0

import ArchiveModel

@testable import ArchiveTool

/// A configuration file, and the settings of a suite by it.
func fuzzConfiguration(_ bytes: [UInt8]) {
  ScratchFile.with(bytes) { path in
    guard let file = try? ConfigurationFile(path: path) else { return }
    for names in [[], ["sid"], ["stable", "bookworm"]] { _ = try? file.settings(for: names) }
    for field in SettingField.allCases {
      _ = file.words(field)
      _ = try? file.number(field, in: 0...65535)
    }
    if let value = try? file.value(.trackers, ObjectFields.trackers) {
      demand(value.allSatisfy { !$0.isEmpty }, "an empty tier")
    }
    _ = try? file.value(.mirrors, ObjectFields.mirrors)
    _ = try? file.value(.bandwidth, SettingField.bandwidth)
    _ = try? file.value(.scrubRate, SettingField.scrubRate)
  }
}
