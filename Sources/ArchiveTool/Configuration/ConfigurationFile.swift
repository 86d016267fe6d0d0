// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PackagesParser
internal import Publisher

/// The configuration: a general stanza, and one for each suite that differs.
struct ConfigurationFile {
  static let defaultPath = "/etc/archive-tool.conf"

  private let stanzas: [ControlStanza]

  /// Reads `path`, or the default place where a missing file is no error.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) for a malformed file or an unknown field or suite stanza.
  init(path: String?) throws {
    let file = path ?? Self.defaultPath
    if path == nil, !exists(file) {
      stanzas = []
      return
    }
    let limit = ParserLimits().configurationBytes
    let bytes = try Descriptor.open(file).readAll(limit: limit + 1)
    guard bytes.count <= limit else {
      throw ArchiveError(
        .configuration, "larger than \(limit) bytes", at: ArchiveError.Place(file: file))
    }
    do throws(ArchiveError) {
      stanzas = try ControlStanza.parse(bytes, file: file, comments: true)
    } catch {
      throw ArchiveError(.configuration, error.reason, at: error.place)
    }
    try check()
  }

  private func check() throws(ArchiveError) {
    for (index, stanza) in stanzas.enumerated() {
      if index > 0, stanza.text("Suite") == nil {
        throw ArchiveError(
          .configuration, "a stanza after the first needs a Suite field",
          at: ArchiveError.Place(file: stanza.file, line: stanza.fields.first?.line))
      }
      if let field = stanza.fields.first(where: { field in
        index > 0 && SettingField(named: field.name)?.isGeneral == true
      }) {
        throw ArchiveError(
          .configuration, "'\(field.name)' holds for all suites", at: stanza.place(of: field.name),
          advice: "move it to the first stanza")
      }
      for field in stanza.fields where SettingField(named: field.name) == nil {
        throw ArchiveError(
          .configuration, "unknown field '\(field.name)'", at: stanza.place(of: field.name),
          advice: "known are: \(SettingField.allCases.map(\.rawValue).joined(separator: ", "))")
      }
    }
  }

  /// The words of a general field, as `Suites` and `HTTP`.
  func words(_ field: SettingField) -> [String] { general?.words(field.rawValue) ?? [] }

  /// The suites that a command is for: those it names, or else `Suites`.
  ///
  /// - Throws: `ArchiveError` (EX_USAGE) when there are none.
  func suites(named names: [String]) throws(ArchiveError) -> [String] {
    let suites = names.isEmpty ? words(.suites) : names
    guard !suites.isEmpty else {
      throw ArchiveError(.usage, "which suite?", advice: "name one by --suite, or Suites")
    }
    return suites
  }

  /// What `read` makes of a general field; nil where the field is absent.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) with the field's place, when `read` throws.
  func value<T>(
    _ field: SettingField, _ read: (String) throws(ArchiveError) -> T
  ) throws(ArchiveError) -> T? {
    guard let general, let text = general.text(field.rawValue) else { return nil }
    do throws(ArchiveError) { return try read(text) } catch {
      throw ArchiveError(
        .configuration, "\(field.rawValue): \(error.reason)", at: general.place(of: field.rawValue),
        advice: error.advice)
    }
  }

  /// The number in a general field; nil where the field is absent.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) with the field's place, for anything but a number in
  ///   `range`.
  func number(_ field: SettingField, in range: ClosedRange<Int>) throws(ArchiveError) -> Int? {
    try value(field) { text throws(ArchiveError) in try SettingField.number(text, in: range) }
  }

  /// The settings of a suite that goes by any of `names`.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) for a value that cannot be.
  func settings(for names: [String]) throws(ArchiveError) -> SuiteSettings {
    var settings = SuiteSettings()
    for stanza in stanzas where stanza == general || names.contains(stanza.text("Suite") ?? "") {
      for field in stanza.fields {
        guard let setting = SettingField(named: field.name) else { continue }
        do throws(ArchiveError) {
          try setting.apply(field.text, to: &settings)
        } catch {
          throw ArchiveError(
            .configuration, "\(field.name): \(error.reason)", at: stanza.place(of: field.name))
        }
      }
    }
    return settings
  }

  /// The first stanza, unless it is a suite's.
  private var general: ControlStanza? {
    stanzas.first.flatMap { $0.text("Suite") == nil ? $0 : nil }
  }
}
