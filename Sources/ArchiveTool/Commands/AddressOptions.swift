// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import ArgumentParser
internal import Publisher
internal import StandardObjects
internal import TorrentMetadata

/// The options that say where what an object describes can be had.
struct AddressOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The URL of the archive's root at a web seed; may be repeated. Replaces the configured.",
      valueName: "url"))
  var webSeed: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The URL of a tracker, a tier each; may be repeated. Replaces the configured.",
      valueName: "url"))
  var tracker: [String] = []

  /// The settings' addresses, as far as no option replaces them; web seeds of the option answer for
  /// padding as well, their giver says.
  ///
  /// - Throws: `ArchiveError` for what is no URL.
  func applied(to settings: SuiteSettings) throws(ArchiveError) -> ObjectAddresses {
    var addresses = settings.objects.addresses
    do throws(ArchiveError) {
      if !webSeed.isEmpty {
        addresses.webSeeds = try ObjectFields.seeds(webSeed)
        addresses.paddingSeeds = addresses.webSeeds
        addresses.mirrors = []
      }
      if !tracker.isEmpty {
        addresses.trackers = try ObjectFields.trackers(tracker.joined(separator: "\n"))
      }
    } catch {
      throw ArchiveError(.usage, error.reason)
    }
    return addresses
  }
}
