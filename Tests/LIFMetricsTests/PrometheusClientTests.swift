import CoreMetrics
import Foundation
import LIFMetrics
import TestProcesses
import Testing

@Suite("Prometheus' own parser for Python")
struct PrometheusClientTests {
    @Test(
        "It reads the whole text, and what it reads is what was recorded",
        .enabled("Python has no module prometheus_client here.") {
            await Python.runs("import prometheus_client.parser")
        })
    func reads() async throws {
        let registry = MetricsRegistry(MetricsConfiguration(labelSetLimit: 5))
        registry.describe("lif_parts_total", help: "Parts \"done\",\nby source \\ outcome.")
        for source in ["org1", "say \"no\"", "a\\b", "two\nlines", "é ☃", "over"] {
            Counter(label: "lif_parts_total", dimensions: [("source", source)], factory: registry).increment()
        }
        Gauge(label: "lif_queue_depth", factory: registry).record(-2.5)
        Gauge(label: "lif_odd", factory: registry).record(Double.nan)
        for milliseconds in [1, 20, 300, 4_000, 50_000, 600_000] {
            Timer(label: "lif_task_duration_seconds", dimensions: [("source", "org1")], factory: registry)
                .recordMilliseconds(milliseconds)
        }
        Gauge(label: "lif_parts_total", factory: registry).record(1)

        let text = registry.render()
        let read = try await Python.run(Self.script, input: text)
        let ours = try Exposition(text).families.flatMap(\.samples).map { sample in
            let labels = sample.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return "\(sample.name)|\(labels.joined(separator: "|"))|\(sample.value)"
                .replacing("\n", with: "<LF>")
        }
        #expect(read.split(separator: "\n").sorted() == ours.sorted().map { $0[...] })
    }

    private static let script = """
        import io, sys
        from prometheus_client.parser import text_fd_to_metric_families
        text = io.StringIO(sys.stdin.buffer.read().decode("utf-8"), newline="\\n")
        for family in text_fd_to_metric_families(text):
            for sample in family.samples:
                labels = "|".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
                line = f"{sample.name}|{labels}|{float(sample.value)}".replace("\\n", "<LF>")
                sys.stdout.buffer.write((line + "\\n").encode("utf-8"))
        """
}

/// Runs Python where there is one.
private enum Python {
    struct Failed: Error {}

    static func runs(_ script: String) async -> Bool { (try? await run(script, input: [])) != nil }

    static func run(_ script: String, input: [UInt8]) async throws -> String {
        let result = try await ChildProcess.run("python3", ["-c", script], input: input)
        guard result.code == 0 else { throw Failed() }
        return result.output
    }
}
