// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PackagesParser

/// The files of a run that can get objects, each content once a component: what all architectures
/// have is listed in each one's index.
struct ObjectCandidates {
  private var byComponent: [String: [Int32: PackageFile]] = [:]

  /// Takes a file whose content stands at `position`; of several, the one of the smallest path.
  mutating func add(_ position: Int32, _ file: PackageFile) {
    let component = file.location.component
    if let other = byComponent[component]?[position], other.path <= file.path { return }
    byComponent[component, default: [:]][position] = file
  }

  /// All of them, in the order of their contents.
  var files: [PackageFile] {
    byComponent.values.flatMap(\.values).sorted {
      ($0.content.sha256, $0.location.component) < ($1.content.sha256, $1.location.component)
    }
  }
}
