// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

/// The text format that Prometheus reads, version 0.0.4.
struct MetricsTextTests {
  @Test func `A family has its help, its type and its samples`() {
    var metrics = MetricsText(prefix: "mirror_")
    metrics.family("files", .gauge, "Files kept open.")
    metrics.sample("files", 5)
    metrics.family("responses_total", .counter, "Responses.")
    metrics.sample("responses_total", UInt64.max, ["status": "200", "family": "ipv6"])
    #expect(
      metrics.text == """
        # HELP mirror_files Files kept open.
        # TYPE mirror_files gauge
        mirror_files 5
        # HELP mirror_responses_total Responses.
        # TYPE mirror_responses_total counter
        mirror_responses_total{status="200",family="ipv6"} 18446744073709551615

        """)
  }
}
