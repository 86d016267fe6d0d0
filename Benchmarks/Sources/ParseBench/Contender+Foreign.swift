// SPDX-License-Identifier: Apache-2.0

import Glibc

extension Contender {
  static let pythonName = "python-apt"
  static let dctrlName = "grep-dctrl"

  /// Other programs, over the file, which is in the page cache by then.
  static func foreign(_ path: String) -> [Contender] {
    let fields = "Package,Architecture,Filename,Size,SHA256"
    return [
      // Times its own loop: neither the interpreter's start nor its imports count.
      Contender(pythonName) {
        runProgram(["/usr/bin/python3", "-c", tagFileLoop, path])
          .flatMap { Double($0.output) }.map { ($0, nil) }
      },
      // Compares the five fields with a text that none of them has, so that it prints nothing.
      Contender(dctrlName) {
        runProgram(["grep-dctrl", "-c", "-X", "-F", fields, "none", path]).map { ($0.seconds, nil) }
      },
    ]
  }

  private static let tagFileLoop = """
    import sys, time, apt_pkg
    names = ("Package", "Architecture", "Filename", "Size", "SHA256")
    start = time.process_time()
    with apt_pkg.TagFile(sys.argv[1]) as tags:
        for section in tags:
            for name in names:
                section.get(name)
    print(time.process_time() - start, end="")
    """
}

/// Runs a program to its end; nil when it is not there or fails otherwise than by finding nothing.
private func runProgram(_ command: [String]) -> (output: String, seconds: Double)? {
  var pipe: [CInt] = [0, 0]
  guard Glibc.pipe(&pipe) == 0 else { return nil }
  defer { close(pipe[0]) }
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
  posix_spawn_file_actions_addclose(&actions, pipe[0])
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
  var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
  defer { for argument in arguments { free(argument) } }
  var child: pid_t = 0
  let status = posix_spawnp(&child, command[0], &actions, nil, &arguments, environ)
  close(pipe[1])
  guard status == 0 else { return nil }
  let output = drain(pipe[0])
  return wait(for: child).map { (output, $0) }
}

private func drain(_ descriptor: CInt) -> String {
  var output: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return String(decoding: output, as: UTF8.self) }
    output += buffer[..<count]
  }
}

/// The CPU seconds of a child that ended with 0 or 1.
private func wait(for child: pid_t) -> Double? {
  var usage = rusage()
  var status: CInt = 0
  guard wait4(child, &status, 0, &usage) == child, status & 0x7F == 0, status >> 8 <= 1 else {
    return nil
  }
  func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
  return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
