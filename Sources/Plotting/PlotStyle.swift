// SPDX-License-Identifier: Apache-2.0

/// How plots look: one style sheet for light and dark, and what tells series apart without colour.
package enum PlotStyle {
  /// The rules of everything that is drawn. A drawing that stands alone carries them; a page that holds
  /// several drawings has them once.
  package static let sheet = """
    .plot{font:12px sans-serif}
    .plot .ground{fill:#ffffff}
    .plot text{fill:#1f2328}
    .plot .quiet{fill:#57606a}
    .plot .head{font-size:17px;font-weight:bold}
    .plot .title{font-size:13px;font-weight:bold}
    .plot .grid{stroke:#dde1e6}
    .plot .axis{stroke:#6e7781}
    .plot .mark{stroke:#6e7781;stroke-dasharray:2 3}
    \(rules(light))
    @media (prefers-color-scheme:dark){
    .plot .ground{fill:#14171c}
    .plot text{fill:#e6e9ed}
    .plot .quiet{fill:#a4adb8}
    .plot .grid{stroke:#2e343c}
    .plot .axis,.plot .mark{stroke:#8b949e}
    \(rules(dark))
    }

    """

  /// How many series look different.
  static let count = light.count

  private static let light = [
    "#0064b4", "#c2410c", "#00795a", "#9b2c8f", "#7a5c00", "#b3123a", "#4a5568", "#2563eb",
  ]
  private static let dark = [
    "#5cb3ff", "#ff9a62", "#3ecf9f", "#e58fd6", "#e0c14a", "#ff7b93", "#b4bfcc", "#8fb4ff",
  ]

  private static func rules(_ colours: [String]) -> String {
    colours.enumerated().map { ".plot .s\($0){color:\($1)}" }.joined(separator: "\n")
  }

  private static let dashes = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2", "6 2 2 2 2 2", "1 2"]

  /// The attribute that dashes the line of series `index`.
  static func dashing(_ index: Int) -> String {
    let dashes = dashes[index % dashes.count]
    return dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\""
  }

  /// The outline of a dot of series `index` around the origin, as a path.
  static func dot(_ index: Int) -> String {
    switch index % 6 {
    case 0: "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z"
    case 1: "m-3-3h6v6h-6z"
    case 2: "m0-4.5l4.5 4.5l-4.5 4.5l-4.5-4.5z"
    case 3: "m0-4.2l4.2 7.4h-8.4z"
    case 4: "m0 4.2l4.2-7.4h-8.4z"
    default: "m-1.3-4h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7v-2.6h2.7z"
    }
  }
}
