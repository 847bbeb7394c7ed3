import CoreMetrics
import LIFMetrics
import Testing

@Suite("The metrics registry")
struct MetricsRegistryTests {
    let registry = MetricsRegistry()

    private var exposition: Exposition { get throws { try Exposition(registry.render()) } }

    @Test("Nothing recorded is an empty text, also when it is described")
    func empty() {
        registry.describe("lif_jobs_total", help: "Jobs.")
        #expect(registry.text == "")
    }

    @Test("Counters of both kinds add up, and pass over what would make them fall")
    func counters() throws {
        let counter = Counter(label: "lif_jobs_total", factory: registry)
        counter.increment(by: 2)
        counter.increment(by: -5)
        counter.increment()
        #expect(registry.text == "# TYPE lif_jobs_total counter\nlif_jobs_total 3\n")
        let fraction = FloatingPointCounter(label: "lif_jobs_total", factory: registry)
        fraction.increment(by: 0.25)
        for amount in [-1.0, .nan, .infinity, -.infinity] { fraction.increment(by: amount) }
        #expect(try exposition.value("lif_jobs_total") == 3.25)
        counter.reset()
        #expect(try exposition.value("lif_jobs_total") == 0)
    }

    @Test("A counter stays exact where a floating-point number would not, and stops at its end")
    func largeCounter() {
        let counter = Counter(label: "bytes_total", factory: registry)
        counter.increment(by: (1 << 53) + 1)
        #expect(registry.text.hasSuffix("bytes_total 9007199254740993\n"))
        counter.increment(by: Int64.max)
        counter.increment(by: Int64.max)
        #expect(registry.text.hasSuffix("bytes_total \(Int64.max)\n"))
    }

    @Test("Meters, gauges and recorders that do not aggregate are gauges")
    func gauges() throws {
        let meter = Meter(label: "lif_queue_depth", factory: registry)
        meter.set(7)
        meter.increment(by: 2.5)
        meter.decrement()
        meter.increment(by: Double.nan)
        #expect(registry.text == "# TYPE lif_queue_depth gauge\nlif_queue_depth 8.5\n")
        Gauge(label: "lif_queue_depth", factory: registry).record(-3)
        #expect(try exposition.value("lif_queue_depth") == -3)
        Recorder(label: "lif_memory_bytes", aggregate: false, factory: registry).record(1.5e300)
        #expect(try exposition.value("lif_memory_bytes") == 1.5e300)
    }

    @Test(
        "Each value is written so that it reads back",
        arguments: [
            (0.0, "0"), (-0.0, "0"), (1, "1"), (-12, "-12"), (0.1, "0.1"), (1e-9, "1e-09"), (1e15, "1000000000000000"),
            (0x1p53, "9007199254740992.0"), (1e22, "1e+22"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
        ])
    func values(value: Double, text: String) throws {
        Gauge(label: "value", factory: registry).record(value)
        #expect(registry.text == "# TYPE value gauge\nvalue \(text)\n")
        let read = try #require(try exposition.value("value"))
        #expect(read == value || (read.isNaN && value.isNaN))
    }

    @Test("The same label and dimensions give the same series, in whatever order the dimensions are")
    func sameSeries() throws {
        let label = "lif_parts_total"
        let first = registry.makeCounter(label: label, dimensions: [("source", "org1"), ("outcome", "data")])
        let second = registry.makeCounter(label: label, dimensions: [("outcome", "data"), ("source", "org1")])
        let third = registry.makeCounter(label: label, dimensions: [("outcome", "empty"), ("source", "org1")])
        #expect(first === second && first !== third)
        let timer = registry.makeTimer(label: "t_seconds", dimensions: [])
        #expect(timer === registry.makeTimer(label: "t_seconds", dimensions: []))
    }

    @Test("Families and series are sorted, each family has one HELP and one TYPE")
    func order() {
        for source in ["org2", "org10", "org1"] {
            Counter(label: "b_total", dimensions: [("source", source)], factory: registry).increment()
            Gauge(label: "a", dimensions: [("source", source)], factory: registry).record(1)
        }
        registry.describe("b_total", help: "Counts.")
        #expect(
            registry.text == """
                # TYPE a gauge
                a{source="org1"} 1
                a{source="org10"} 1
                a{source="org2"} 1
                # HELP b_total Counts.
                # TYPE b_total counter
                b_total{source="org1"} 1
                b_total{source="org10"} 1
                b_total{source="org2"} 1

                """)
        #expect(registry.text == registry.text)
    }

    @Test("Increments of many tasks at once are all counted, and handlers are made once")
    func concurrency() async throws {
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask { [registry] in
                    for index in 0..<2_000 {
                        let dimensions = [("source", "org\(index % 5)")]
                        Counter(label: "c_total", dimensions: dimensions, factory: registry).increment()
                        FloatingPointCounter(label: "f_total", factory: registry).increment(by: 0.5)
                        Meter(label: "m", factory: registry).increment()
                        Timer(label: "t_seconds", dimensions: dimensions, factory: registry)
                            .recordNanoseconds(Int64(task) * 1_000_000)
                        if index.isMultiple(of: 500) { _ = registry.render() }
                    }
                }
            }
        }
        let exposition = try exposition
        for source in 0..<5 {
            #expect(exposition.value("c_total", ["source": "org\(source)"]) == 6_400)
            #expect(exposition.value("t_seconds_count", ["source": "org\(source)"]) == 6_400)
        }
        #expect(exposition.value("f_total") == 16_000 && exposition.value("m") == 32_000)
    }

    @Test("Beyond the limit of label sets all is counted together")
    func overflow() throws {
        let registry = MetricsRegistry(MetricsConfiguration(labelSetLimit: 3))
        for index in 0..<1_000 {
            let dimensions = [("source", "org\(index)")]
            Counter(label: "c_total", dimensions: dimensions, factory: registry).increment()
            Timer(label: "t_seconds", dimensions: dimensions, factory: registry).recordNanoseconds(1)
        }
        Counter(label: "c_total", dimensions: [("source", "org1")], factory: registry).increment()
        let exposition = try Exposition(registry.render())
        #expect(exposition.families.first?.samples.count == 4)
        #expect(exposition.value("c_total", ["source": "org1"]) == 2)
        #expect(exposition.value("c_total", ["overflow": "true"]) == 997)
        #expect(exposition.value("t_seconds_count", ["overflow": "true"]) == 997)
        #expect(MetricsConfiguration().labelSetLimit == 2_000)
    }

    @Test("A destroyed metric is shown no longer; the overflow stays for its other users")
    func destroy() throws {
        let registry = MetricsRegistry(MetricsConfiguration(labelSetLimit: 1))
        let timer = Timer(label: "t_seconds", factory: registry)
        let first = Counter(label: "c_total", dimensions: [("a", "1")], factory: registry)
        let second = Counter(label: "c_total", dimensions: [("a", "2")], factory: registry)
        for counter in [first, second] { counter.increment() }
        timer.destroy()
        first.destroy()
        second.destroy()
        #expect(registry.text == "# TYPE c_total counter\nc_total{overflow=\"true\"} 1\n")
        Counter(label: "t_seconds_count", factory: registry).increment()
        #expect(try Exposition(registry.render()).value("t_seconds_count") == 1)
    }

    @Test("A name that another kind of metric has, or writes, is not written twice")
    func conflicts() throws {
        Timer(label: "t", factory: registry).recordNanoseconds(1)
        Counter(label: "t_count", factory: registry).increment()
        Gauge(label: "t", factory: registry).record(1)
        Counter(label: "x_sum", factory: registry).increment()
        Recorder(label: "x", factory: registry).record(1)
        let exposition = try exposition
        #expect(exposition.families.map(\.name) == ["t", "x_sum"])
        #expect(
            exposition.comments.map { $0.prefix(19) } == [
                "A gauge t is not sh", "A counter t_count i", "A histogram x is no",
            ])
    }
}
