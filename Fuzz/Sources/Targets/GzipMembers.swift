// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser

/// A gzip file that is cut into its members: nothing of it is lost, and each can be read alone.
func fuzzGzipMembers(_ bytes: [UInt8]) {
  var members: [[UInt8]] = []
  guard cut(bytes, &members) else {
    demand(bytes.starts(with: members.joined()), "members that the file does not begin with")
    return
  }
  demand(members.joined().elementsEqual(bytes), "other bytes than the file's")
  for member in members {
    var alone: [[UInt8]] = []
    demand(cut(member, &alone) && alone == [member], "a member that is none by itself")
  }
}

/// Appends the members of `bytes`, and tells whether they go to its end.
private func cut(_ bytes: [UInt8], _ members: inout [[UInt8]]) -> Bool {
  ScratchFile.with(bytes) { path in
    guard let file = try? Descriptor.open(path), let reader = try? GzipMembers(file) else {
      return false
    }
    do {
      while let member = try reader.next() { members.append(member) }
      return true
    } catch {
      return false
    }
  }
}
