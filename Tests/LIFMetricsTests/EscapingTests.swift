import CoreMetrics
import LIFMetrics
import Testing

@Suite("Names and values of labels")
struct EscapingTests {
    let registry = MetricsRegistry()

    @Test(
        "What a metric's name may not hold becomes an underscore",
        arguments: [
            ("lif_jobs_total", "lif_jobs_total"), ("lif:jobs", "lif:jobs"), ("lif.jobs-total", "lif_jobs_total"),
            ("2xx", "_2xx"), ("", "_"), ("größe", "gr__e"), ("a\nb 1", "a_b_1"), ("a{b=\"c\"}", "a_b__c__"),
        ])
    func metricNames(given: String, written: String) throws {
        Counter(label: given, factory: registry).increment()
        registry.describe(given, help: "Help.")
        #expect(registry.text == "# HELP \(written) Help.\n# TYPE \(written) counter\n\(written) 1\n")
        #expect(try Exposition(registry.render()).value(written) == 1)
    }

    @Test(
        "What a label's name may not hold becomes an underscore",
        arguments: [
            ("source", "source"), ("a:b", "a_b"), ("1", "_1"), ("", "_"), ("__name__", "_name__"), ("___", "_"),
            ("é", "_"), ("le", "le"),
        ])
    func labelNames(given: String, written: String) throws {
        Counter(label: "c_total", dimensions: [(given, "v")], factory: registry).increment()
        #expect(registry.text.hasSuffix("\nc_total{\(written)=\"v\"} 1\n"))
        #expect(try Exposition(registry.render()).value("c_total", [written: "v"]) == 1)
    }

    @Test(
        "A label's value is escaped and reads back",
        arguments: [
            (#"a\b"#, #"a\\b"#), (#"say "no""#, #"say \"no\""#), ("two\nlines", #"two\nlines"#), (#"\n"#, #"\\n"#),
            ("é ☃ 👩‍🎓", "é ☃ 👩‍🎓"), ("a\tb\rc\u{0}", "a\tb\rc\u{0}"), ("{a=\"b\"} 1 #", #"{a=\"b\"} 1 #"#),
        ])
    func values(given: String, written: String) throws {
        Counter(label: "c_total", dimensions: [("v", given)], factory: registry).increment()
        #expect(registry.text.utf8.elementsEqual("# TYPE c_total counter\nc_total{v=\"\(written)\"} 1\n".utf8))
        #expect(try Exposition(registry.render()).value("c_total", ["v": given]) == 1)
    }

    @Test("A help text is escaped, but for quotation marks; the last one counts")
    func help() throws {
        Counter(label: "c_total", factory: registry).increment()
        registry.describe("c_total", help: "old")
        registry.describe("c_total", help: "Say \"no\",\nor C:\\.")
        #expect(registry.text.hasPrefix(#"# HELP c_total Say "no",\nor C:\\."# + "\n# TYPE"))
        #expect(try Exposition(registry.render()).families.first?.help == "Say \"no\",\nor C:\\.")
    }

    @Test("An empty value is no label, and of two labels with one name the last counts")
    func labelSets() throws {
        let plain = registry.makeCounter(label: "c_total", dimensions: [])
        #expect(plain === registry.makeCounter(label: "c_total", dimensions: [("source", "")]))
        Counter(label: "c_total", dimensions: [("a.b", "1"), ("a-b", "2")], factory: registry).increment()
        #expect(try Exposition(registry.render()).value("c_total", ["a_b": "2"]) == 1)
    }

    @Test("A caller's \"le\" does not stand beside a bucket's")
    func le() throws {
        Timer(label: "t_seconds", dimensions: [("le", "1")], factory: registry).recordSeconds(0.5)
        let exposition = try Exposition(registry.render())
        #expect(exposition.value("t_seconds_count", ["exported_le": "1"]) == 1)
        #expect(exposition.value("t_seconds_bucket", ["exported_le": "1", "le": "+Inf"]) == 1)
    }
}
