// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
private import ArchiveModel
private import HTTPMessages
private import TorrentMetadata

/// A directory as a page: plain HTML, columns in a `pre`, as mirror tools and people read it.
package enum DirectoryListing {
  /// The page of the directory that stands at `path`, which begins and ends with `/`.
  package static func page(_ path: String, _ entries: [ArchiveRoot.Entry]) -> [UInt8] {
    let title = escape("Index of \(path)")
    var page = """
      <!DOCTYPE html>
      <html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <meta name="color-scheme" content="light dark"><title>\(title)</title></head>
      <body><h1>\(title)</h1><hr><pre>

      """
    if path != "/" { page += "<a href=\"../\">../</a>\n" }
    for entry in entries where entry.isDirectory { page += line(entry) }
    for entry in entries where !entry.isDirectory { page += line(entry) }
    return Array((page + "</pre><hr></body></html>\n").utf8)
  }

  private static let nameColumn = 60

  private static func line(_ entry: ArchiveRoot.Entry) -> String {
    let name = entry.isDirectory ? entry.name + "/" : entry.name
    // `./`, so that a name with a colon is no scheme (RFC 3986 section 4.2).
    let link = "./" + PercentEncoding.encode(entry.name.utf8) + (entry.isDirectory ? "/" : "")
    let padding = String(repeating: " ", count: max(1, nameColumn - name.count))
    let size = entry.isDirectory ? "-" : "\(entry.size)"
    let gap = String(repeating: " ", count: max(1, 16 - size.utf8.count))
    return "<a href=\"\(link)\">\(escape(name))</a>\(padding)"
      + "\(HTTPDate(seconds: entry.modified).listed)\(gap)\(size)\n"
  }

  /// By code points: to a browser `<` is one whatever combines with it.
  private static func escape(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { output, scalar in
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      default: output.unicodeScalars.append(scalar)
      }
    }
  }
}
