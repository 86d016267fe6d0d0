// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PackagesParser

/// The files of a run that can get objects, each content once a component: what all architectures
/// have is listed in each one's index.
struct ObjectCandidates {
  private(set) var files: [PackageFile] = []
  /// Where in `files` a content stands.
  private var positions: [String: [Int32: Int32]] = [:]

  /// Takes a file whose content stands at `position`; of several, the one of the smallest path.
  mutating func add(_ position: Int32, _ file: PackageFile) {
    let component = file.location.component
    guard let known = positions[component]?[position] else {
      positions[component, default: [:]][position] = Int32(files.count)
      return files.append(file)
    }
    if file.path < files[Int(known)].path { files[Int(known)] = file }
  }
}
