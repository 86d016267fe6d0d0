// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `archive-tool simulate`: what-if questions about pieces and their numbers.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Work out what pieces and numbers would cost.",
    discussion: """
      Computes with the sizes of an archive's packages; no package is read, nothing is written but a \
      drawing where one is asked for, and no ledger is needed. The same call gives the same result.
      """,
    subcommands: [SimulateOrderingCommand.self, SimulateYearCommand.self])
}
