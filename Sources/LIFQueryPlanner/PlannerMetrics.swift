public import CoreMetrics
import LIFModel

/// What a Query Planner counts and times. No label holds a learner's value.
public struct PlannerMetrics: Sendable {
    /// The names, with a sentence for each.
    public static let help: [(name: String, help: String)] = [
        (
            "lif_queries_total",
            "Queries answered, by how: from memory, from the cache, by fetching, asynchronously (202, 408), failed."
        ),
        ("lif_query_duration_seconds", "Time to an answer, by how."),
        ("lif_answer_parts_total", "Parts of answers (learner, path, source), by source and outcome."),
        ("lif_source_duration_seconds", "Time of a source's fetch as the planner sees it, by source and result."),
        (
            "lif_planner_dropped_fragments_total",
            "Fragments that were dropped, by source: they were not asked for, or are another learner's."
        ),
        ("lif_planner_own_items_dropped_total", "Items in a partner's answer that came from us, by source."),
        ("lif_promised_queries_pending", "Asynchronous queries that this process works on."),
        ("lif_promised_queries_ended_total", "Asynchronous queries that ended in this process, by state."),
        ("lif_promised_queries_taken_over_total", "Asynchronous queries taken over from a process that died."),
    ]

    /// How a query was answered.
    enum Way: String, CaseIterable {
        case memory, cache, fetched, promised, failed
    }

    private let factory: any MetricsFactory
    /// Made once, as they are counted on the way of each answer.
    private let queries: [Way: Counter]
    private let durations: [Way: Timer]

    /// Metrics of a factory; the default one keeps none.
    public init(factory: any MetricsFactory = NOOPMetricsHandler.instance) {
        self.factory = factory
        queries = Dictionary(
            uniqueKeysWithValues: Way.allCases.map {
                ($0, Counter(label: "lif_queries_total", dimensions: [("way", $0.rawValue)], factory: factory))
            })
        durations = Dictionary(
            uniqueKeysWithValues: Way.allCases.map {
                ($0, Timer(label: "lif_query_duration_seconds", dimensions: [("way", $0.rawValue)], factory: factory))
            })
    }

    func answered(_ way: Way, in duration: Duration) {
        queries[way]?.increment()
        durations[way]?.recordNanoseconds(duration.inNanoseconds)
    }

    func parts(_ parts: some Sequence<AnswerPart>) {
        var counts: [Kind: Int] = [:]
        for part in parts { counts[Kind(source: part.sourceID, outcome: part.outcome), default: 0] += 1 }
        for (kind, number) in counts {
            count(
                "lif_answer_parts_total", [("source", kind.source), ("outcome", kind.outcome.rawValue)], by: number)
        }
    }

    func landed(_ outcome: Outcome, from source: InformationSource, dropped: Int, own: Int) {
        let result =
            switch outcome.result {
            case .data: "data"
            case .empty: "empty"
            case .failed: "failed"
            }
        Timer(
            label: "lif_source_duration_seconds", dimensions: [("source", source.id), ("result", result)],
            factory: factory
        ).recordNanoseconds(outcome.duration.inNanoseconds)
        if dropped > 0 { self.dropped(dropped, from: source.id) }
        if own > 0 { count("lif_planner_own_items_dropped_total", [("source", source.id)], by: own) }
    }

    func dropped(_ number: Int, from source: String) {
        count("lif_planner_dropped_fragments_total", [("source", source)], by: number)
    }

    func pending(_ number: Int) { Gauge(label: "lif_promised_queries_pending", factory: factory).record(number) }

    func ended(_ state: String) { count("lif_promised_queries_ended_total", [("state", state)]) }

    func takenOver(_ number: Int) { count("lif_promised_queries_taken_over_total", by: number) }

    private struct Kind: Hashable {
        let source: String
        let outcome: AnswerPart.Outcome
    }

    private func count(_ name: String, _ dimensions: [(String, String)] = [], by number: Int = 1) {
        Counter(label: name, dimensions: dimensions, factory: factory).increment(by: number)
    }
}
