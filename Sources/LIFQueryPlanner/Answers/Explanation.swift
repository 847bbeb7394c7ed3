public import LIFModel

/// What a query means now: what the cache has of it, and the plan that would fetch the rest.
public struct Explanation: Sendable, Hashable, CustomStringConvertible {
    public let query: CanonicalQuery
    public let delta: Freshness.Delta
    public let plan: QueryPlan

    public var description: String {
        var lines = ["query: \(query.learners.count) learner\(query.learners.count == 1 ? "" : "s")"]
        for path in query.paths {
            lines.append("  \(path)")
            let states = delta.states.filter { $0.pair.key.path == path && $0.pair.learner == 0 }
            if states.isEmpty { lines.append("    no source supplies it") }
            for state in states {
                let what = state.expiresAt.map { "in the cache until \($0.iso8601)" } ?? "to be fetched"
                lines.append("    \(state.pair.source.id): \(what)")
            }
        }
        lines.append(plan.parts.isEmpty ? "query plan: nothing to fetch" : plan.description)
        return lines.joined(separator: "\n")
    }
}
