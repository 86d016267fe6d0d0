// SPDX-License-Identifier: Apache-2.0

/// What the leak sanitizer is not to report: FoundationXML keeps the message of each error.
private let suppressions: StaticString = "leak:_CFErrorCreateFromXMLInterface\n"

/// Asked by the leak sanitizer.
@_cdecl("__lsan_default_suppressions")
public func leakSuppressions() -> UnsafePointer<UInt8> { suppressions.utf8Start }
