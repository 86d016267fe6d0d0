// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
private import Foundation
internal import PieceHasher

/// `archive-tool digest`: the digests of any files, as the extended fields would have them.
struct DigestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digest",
    abstract: "Print the pieces and digests of files.",
    discussion: """
      Reads each file once. Nothing is compared with an index and nothing is published: it is what \
      the extended fields of these files would say.
      """)

  @Argument(
    help: ArgumentHelp("The files, below the root.", valueName: "file"), completion: .file())
  var files: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Read more names from this file, one a line; - for standard input.", valueName: "file"),
    completion: .file())
  var filesFrom: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The directory that names are relative to and lead not out of.", valueName: "directory"),
    completion: .directory)
  var root = "."

  @Option(name: .long, help: ArgumentHelp("The base piece size, as 512K.", valueName: "size"))
  var pieceSize = "512K"

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The digests: of pieces sha256, sha1 and btmh (BEP 52), of the whole file.", valueName: "list"
    ))
  var hashes = "sha256,sha1,btmh,file"

  @Option(
    name: .long, help: ArgumentHelp("Threads. (default: one a processor)", valueName: "number"))
  var jobs: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("Read at most so many bytes a second, as 50M.", valueName: "bytes"))
  var bandwidth: String?

  @Flag(name: .customLong("idle-io"), help: "Read only when nobody else wants the disk.")
  var idleIO = false

  @Flag(name: .long, help: "Print one line: files, bytes, and all digests xored into one.")
  var fold = false

  @Flag(name: .long, help: "Print JSON, one object a line.")
  var json = false

  func validate() throws {
    if files.isEmpty, filesFrom == nil { throw ValidationError("which files?") }
    if fold, json { throw ValidationError("--fold and --json exclude each other") }
    if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs takes 1 to 1024") }
  }

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "digest")) { try await digest() }
  }

  private func digest() async throws {
    let root = try ArchiveRoot(path: self.root)
    let base = try SettingField.pieceSize(pieceSize)
    var failures: [ArchiveError] = []
    var requests: [HashJob] = []
    for name in files + (try listed()) {
      do {
        requests.append(try job(name, requests.count, root, base))
      } catch let error as ArchiveError {
        failures.append(error)
      }
    }
    var printer = DigestPrinter(form: json ? .json : fold ? .fold : .stanzas)
    let hasher = PieceHasher(
      root: root, workers: jobs ?? ArchiveOptions.processors, options: try options())
    try await hasher.run(requests) { job, outcome in
      if case .verified(let digests, _) = outcome {
        printer.add(job, digests)
        return
      }
      printer.skip(job)
      if case .failed(let error) = outcome {
        failures.append(error)
      } else {
        failures.append(ArchiveError(.temporary, "\(job.path) changed while it was read"))
      }
    }
    printer.finish()
    for failure in failures { Terminal.complain("\(failure)") }
    if let first = failures.first { throw Status(code: first.code.rawValue) }
  }

  private func options() throws -> HashOptions {
    var options = HashOptions()
    options.hashes = try SettingField.hashes(hashes.split(separator: ",").map(String.init))
    if let bandwidth { options.bandwidth = try SettingField.bandwidth(bandwidth) }
    options.idleIO = idleIO
    if let name = HashKernel.wanted { options.kernels = try LaneKernels(named: name) }
    return options
  }

  private func job(
    _ name: String, _ id: Int, _ root: ArchiveRoot, _ base: PieceSize
  ) throws -> HashJob {
    let below = name.hasPrefix("\(root.path)/") ? String(name.dropFirst(root.path.count + 1)) : name
    let path: ArchivePath
    do {
      path = try ArchivePath(below.hasPrefix("./") ? String(below.dropFirst(2)) : below)
    } catch {
      throw ArchiveError(
        .data, "\(name): \(error)", advice: "names are relative to --root, here \(root.path)")
    }
    guard let status = root.status(path) else {
      throw ArchiveError(.noInput, "there is no file \(path)")
    }
    return HashJob(id: id, path: path, size: status.size, base: base)
  }

  private func listed() throws -> [String] {
    guard let filesFrom else { return [] }
    let list = filesFrom == "-" ? .standardInput : FileHandle(forReadingAtPath: filesFrom)
    guard let text = try? list?.readToEnd() ?? Data(), list != nil else {
      throw ArchiveError(.noInput, "cannot read the list of files \(filesFrom)")
    }
    // An array, for splitting Data itself takes ten times as long.
    let bytes = [UInt8](text)
    return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }
}
