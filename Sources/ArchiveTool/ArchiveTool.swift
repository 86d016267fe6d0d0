// SPDX-License-Identifier: Apache-2.0

@main struct ArchiveTool { static func main() {} }
