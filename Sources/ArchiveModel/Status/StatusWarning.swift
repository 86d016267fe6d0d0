// SPDX-License-Identifier: Apache-2.0

/// Something that the operator of a daemon should know, in plain words.
package struct StatusWarning: Codable, Hashable, Sendable {
  /// What kind of warning it is, as docs/operations.md lists them.
  package let code: String
  /// What is the matter.
  package let text: String
  /// What to do about it.
  package let action: String

  package init(_ code: String, _ text: String, action: String) {
    self.code = code
    self.text = text
    self.action = action
  }
}
