// SPDX-License-Identifier: Apache-2.0

package import Plotting

extension OrderingTable {
  /// Waste and pieces over the piece size, a line for each order.
  package var sheet: PlotSheet {
    PlotSheet(
      title: "Fetching \(wantedFiles) installed packages by pieces of one size",
      caption: [
        "All \(files) files are laid end to end in an order and cut into pieces; a client fetches each "
          + "piece that holds a wanted byte. Aligned pieces begin and end with a file and waste nothing."
      ],
      plots: [
        plot("Fetched beyond what was wanted", "waste (% of wanted bytes)") { $0.waste },
        plot("Pieces fetched", "pieces") { Double($0.pieces) },
      ])
  }

  private func plot(_ title: String, _ label: String, _ value: (Row) -> Double) -> Plot {
    let ticks = pieceSizes.map { PlotTick(Double($0), Self.kibibytes($0)) }
    return Plot(
      title: title,
      x: PlotAxis("piece size", scale: .logarithmic, unit: .bytes, ticks: ticks),
      y: PlotAxis(label),
      series: orders.map { order in
        PlotSeries(
          Self.title(of: order),
          rows.filter { $0.order == order }.sorted { $0.pieceSize < $1.pieceSize }
            .map { PlotPoint(Double($0.pieceSize), value($0)) },
          hasDots: true)
      })
  }

  /// `512 KiB`, `4 MiB`.
  package static func kibibytes(_ bytes: UInt64) -> String {
    bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB"
  }
}
