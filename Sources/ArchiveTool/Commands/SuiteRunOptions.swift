// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Publisher

/// Which suites a command goes through, and how gently it reads their files.
struct SuiteRunOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: "The suites, by directory, Suite or Codename. (default: Suites of the configuration)")
  var suite: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "beside (an overlay) or in-place (the archive itself).", valueName: "beside|in-place"))
  var publish: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Files and blocks worked on at once. (default: one a processor)", valueName: "number"))
  var jobs: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Read at most so many bytes a second of the pool, as 50M.", valueName: "bytes"))
  var bandwidth: String?

  @Flag(name: .customLong("idle-io"), help: "Read the pool only when nobody else wants the disk.")
  var idleIO = false

  @Option(
    name: .long,
    help: ArgumentHelp("Seconds to wait for an archive update to end.", valueName: "seconds"))
  var wait: Int?

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs takes 1 to 1024") }
    if let wait, !(0...86400).contains(wait) { throw ValidationError("--wait takes 0 to 86400") }
  }

  /// Puts what the command line says into `settings`.
  func apply(to settings: inout SuiteSettings) throws {
    if let publish { settings.publish = try SettingField.publish(publish) }
    if let jobs { settings.jobs = jobs }
    if let wait { settings.wait = wait }
    if let bandwidth { settings.bandwidth = try SettingField.bandwidth(bandwidth) }
    if idleIO { settings.idleIO = true }
  }
}
