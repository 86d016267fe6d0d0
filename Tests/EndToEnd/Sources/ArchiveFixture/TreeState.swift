// SPDX-License-Identifier: Apache-2.0

/// What a tree holds, for telling whether anything changed.
public enum TreeState {
  /// Each file's bytes, each link's target: equal values, equal trees. Files called as in `names`
  /// are left out.
  public static func contents(
    of path: String, without names: Set<String> = []
  ) throws -> [String: String] {
    var contents = try Files.hashes(
      try Files.all(below: path).filter { path in
        !names.contains(path.split(separator: "/").last.map(String.init) ?? "")
      }, in: path)
    let links = try Command(
      ["find", ".", "-type", "l", "-printf", "%P\\t%l\\0"], directory: path
    ).check()
    for record in links.split(separator: 0) {
      let words = String(decoding: record, as: UTF8.self).split(separator: "\t")
      contents[String(words[0])] = "-> \(words[1])"
    }
    return contents
  }

  /// Each entry with type, inode, size and times of modification and change: not even a rewrite
  /// with the same bytes goes unseen. Without times of change where links may be added.
  public static func status(of path: String, changeTimes: Bool = true) throws -> [String] {
    guard Files.exists(path) else { return ["nothing"] }
    let format = "%P %y %i %s %T@ \(changeTimes ? "%C@ " : "")%l\\n"
    let output = try Command(["find", ".", "-printf", format], directory: path).check()
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
  }
}
