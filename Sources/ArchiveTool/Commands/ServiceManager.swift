// SPDX-License-Identifier: Apache-2.0

private import Glibc

/// The service manager that started a daemon, as systemd: sd_notify(3).
enum ServiceManager {
  /// Tells it that every address is listened on; does nothing where nobody asked to be told.
  static func tellReady() {
    guard let name = getenv("NOTIFY_SOCKET") else { return }
    var path = [UInt8](String(cString: name).utf8)
    // A name that begins with a zero byte is none of a file: unix(7).
    if path.first == UInt8(ascii: "@") { path[0] = 0 }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.count <= MemoryLayout.size(ofValue: address.sun_path) else { return }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    send("READY=1", to: &address, length: MemoryLayout<sa_family_t>.size + path.count)
  }

  /// One datagram; a manager that does not take it says so itself.
  private static func send(_ text: String, to address: inout sockaddr_un, length: Int) {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let message = [UInt8](text.utf8)
    withUnsafeBytes(of: &address) { bytes in
      guard let start = bytes.baseAddress else { return }
      _ = sendto(
        descriptor, message, message.count, Int32(MSG_NOSIGNAL),
        start.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
    }
  }
}
