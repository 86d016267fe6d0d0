// SPDX-License-Identifier: Apache-2.0

/// How the status page looks, light and dark.
enum PageStyle {
  /// A colour by the name it has in the style sheet.
  struct Color: Sendable {
    let name: String
    let light: String
    let dark: String
  }

  /// Text stands on `page` and `card` with a contrast of 4.5 at least, lines with 3 (WCAG 2.2, 1.4.3
  /// and 1.4.11).
  static let colors = [
    Color(name: "page", light: "#f6f6f4", dark: "#14171b"),
    Color(name: "card", light: "#ffffff", dark: "#1d2127"),
    Color(name: "ink", light: "#1b1e23", dark: "#e6e8eb"),
    Color(name: "soft", light: "#555b66", dark: "#a9b0bb"),
    Color(name: "edge", light: "#d5d8de", dark: "#3a414c"),
    Color(name: "link", light: "#0b5394", dark: "#86bdf0"),
    Color(name: "bad", light: "#a11212", dark: "#ff9c94"),
    Color(name: "good", light: "#1d6b32", dark: "#86d29b"),
    Color(name: "line0", light: "#0b5394", dark: "#86bdf0"),
    Color(name: "line1", light: "#a34a05", dark: "#f2b36b"),
    Color(name: "line2", light: "#1d6b32", dark: "#86d29b"),
  ]

  /// The style sheet.
  static let text: String = {
    let light = colors.map { "--\($0.name):\($0.light)" }.joined(separator: ";")
    let dark = colors.map { "--\($0.name):\($0.dark)" }.joined(separator: ";")
    return ":root{color-scheme:light dark;\(light)}"
      + "@media(prefers-color-scheme:dark){:root{\(dark)}}\n" + rules
  }()

  private static let rules = """
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--page);color:var(--ink);
    font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
    h1{font-size:1.5rem;line-height:1.25;margin:0}
    h2{font-size:1.2rem;margin:2rem 0 .75rem}
    h3{font-size:1rem;margin:1.25rem 0 .5rem}
    p{margin:.25rem 0}
    a{color:var(--link)}
    :focus-visible{outline:3px solid var(--link);outline-offset:2px}
    main:focus{outline:none}
    .skip{position:absolute;left:-99rem}
    .skip:focus{position:static}
    .soft,small,caption,figcaption,.scale,.span,dt{color:var(--soft);font-size:.9rem}
    header .soft{margin:.25rem 0}
    #live:not(:empty){color:var(--bad);font-weight:600}
    nav ul,.legend,.warnings,.tiles{list-style:none;margin:0;padding:0}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:.75rem 0}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem}
    .tiles div,.card,.warnings li{background:var(--card);border:1px solid var(--edge);
    border-radius:.4rem;padding:.6rem .8rem}
    .tiles dd{margin:0;font-size:1.35rem;font-weight:600;line-height:1.3;
    font-variant-numeric:tabular-nums}
    .tiles dd small{display:block;font-weight:400}
    .bad{color:var(--bad)}.good{color:var(--good)}
    .warnings{display:grid;gap:.6rem}
    .warnings li{border-left:.4rem solid var(--bad)}
    .warnings strong{color:var(--bad)}
    .table{overflow-x:auto;background:var(--card);border:1px solid var(--edge);border-radius:.4rem;
    padding:.3rem .8rem}
    table{border-collapse:collapse;width:100%}
    caption{text-align:left;padding:.3rem 0}
    th,td{text-align:left;vertical-align:top;padding:.3rem .9rem .3rem 0;
    border-top:1px solid var(--edge);font-variant-numeric:tabular-nums}
    thead th{border-top:0;font-size:.9rem;color:var(--soft);font-weight:600;white-space:nowrap}
    tbody th{font-weight:400}
    .n{text-align:right}td.n{white-space:nowrap}
    code{font:.85rem/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
    .table{margin:.75rem 0}
    .table code{white-space:nowrap}
    .figures{max-width:34rem}
    time{white-space:nowrap}
    details{margin:.75rem 0}
    summary{cursor:pointer;color:var(--link)}
    .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:.75rem}
    .plot{margin:0;background:var(--card);border:1px solid var(--edge);border-radius:.4rem;
    padding:.6rem .8rem;display:grid;grid-template-columns:auto 1fr;gap:.1rem .5rem}
    .plot .scale{display:flex;flex-direction:column;justify-content:space-between;text-align:right}
    .plot .span{grid-column:2;display:flex;justify-content:space-between}
    .plot figcaption{grid-column:1/3;grid-row:1;color:var(--ink);font-weight:600}
    .plot .legend{display:flex;flex-wrap:wrap;gap:0 1rem;font-weight:400;color:var(--soft)}
    .legend svg{width:1.9rem;height:.5rem;margin-right:.35rem;vertical-align:middle}
    .image{width:100%;height:9rem}
    .spark{width:9rem;height:1.6rem;display:block}
    path{fill:none;vector-effect:non-scaling-stroke;stroke-width:2;stroke-linejoin:round;
    stroke-linecap:round}
    .grid{stroke:var(--edge);stroke-width:1}
    .line0{stroke:var(--line0)}
    .line1{stroke:var(--line1);stroke-dasharray:7 3}
    .line2{stroke:var(--line2);stroke-dasharray:2 3}
    footer{margin:2rem 0 0;color:var(--soft);font-size:.9rem}
    @media(max-width:30rem){body{padding:.6rem}.tiles{grid-template-columns:1fr 1fr}}
    @media print{nav,.skip{display:none}}

    """
}
