import CoreMetrics
import LIFMetrics
import Testing

@Suite("Histograms")
struct HistogramTests {
    @Test("A timer's buckets are cumulative seconds up to +Inf; a value on a bound belongs to it")
    func timer() {
        let registry = MetricsRegistry(MetricsConfiguration(timerBuckets: [1, 0.25, .infinity, 1, 0.5]))
        registry.describe("lif_task_duration_seconds", help: "How long tasks took.")
        let timer = Timer(label: "lif_task_duration_seconds", dimensions: [("source", "org1")], factory: registry)
        timer.recordMilliseconds(250)
        timer.recordMilliseconds(375)
        timer.recordNanoseconds(500_000_000)
        timer.recordSeconds(1.5)
        timer.recordNanoseconds(-1)
        #expect(
            registry.text == """
                # HELP lif_task_duration_seconds How long tasks took.
                # TYPE lif_task_duration_seconds histogram
                lif_task_duration_seconds_bucket{source="org1",le="0.25"} 2
                lif_task_duration_seconds_bucket{source="org1",le="0.5"} 4
                lif_task_duration_seconds_bucket{source="org1",le="1"} 4
                lif_task_duration_seconds_bucket{source="org1",le="+Inf"} 5
                lif_task_duration_seconds_sum{source="org1"} 2.625
                lif_task_duration_seconds_count{source="org1"} 5

                """)
    }

    @Test("The default buckets of a timer go from 5 ms to a minute")
    func defaults() throws {
        let registry = MetricsRegistry()
        Timer(label: "t_seconds", factory: registry).recordSeconds(61)
        let exposition = try Exposition(registry.render())
        let buckets = try #require(exposition.families.first).samples.filter { $0.name == "t_seconds_bucket" }
        #expect(buckets.first?.labels["le"] == "0.005" && buckets.last?.labels["le"] == "+Inf")
        #expect(exposition.value("t_seconds_bucket", ["le": "60"]) == 0)
        #expect(exposition.value("t_seconds_bucket", ["le": "+Inf"]) == 1)
    }

    @Test("A recorder that aggregates is a histogram; what is no number is ignored")
    func recorder() throws {
        let registry = MetricsRegistry(MetricsConfiguration(recorderBuckets: [10, 100]))
        let recorder = Recorder(label: "items", factory: registry)
        for value in [-1.0, 10, 10.5, 1e9, .nan, .infinity, -.infinity] { recorder.record(value) }
        recorder.record(100)
        let exposition = try Exposition(registry.render())
        #expect(exposition.value("items_bucket", ["le": "10"]) == 2)
        #expect(exposition.value("items_bucket", ["le": "100"]) == 4)
        #expect(exposition.value("items_count") == 5)
        #expect(exposition.value("items_sum") == 1_000_000_119.5)
    }

    @Test(
        "The longest prefix decides the buckets",
        arguments: [("lif_store_seconds", "7"), ("lif_store_write_seconds", "8"), ("other_seconds", "9")])
    func prefixes(name: String, bound: String) throws {
        let configuration = MetricsConfiguration(
            timerBuckets: [9], bucketsByPrefix: ["lif_": [1], "lif_store_": [7], "lif_store_write": [8]])
        let registry = MetricsRegistry(configuration)
        Timer(label: name, factory: registry).recordNanoseconds(1)
        let exposition = try Exposition(registry.render())
        #expect(exposition.value("\(name)_bucket", ["le": bound]) == 1)
    }

    @Test("Without buckets there is +Inf alone")
    func noBuckets() throws {
        let registry = MetricsRegistry(MetricsConfiguration(timerBuckets: []))
        Timer(label: "t_seconds", factory: registry).recordSeconds(2)
        #expect(
            registry.text == """
                # TYPE t_seconds histogram
                t_seconds_bucket{le="+Inf"} 1
                t_seconds_sum 2
                t_seconds_count 1

                """)
    }
}
