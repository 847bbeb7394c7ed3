public import LIFModel

/// What a query means now: what the cache has of it, and the plan that would fetch the rest.
public struct Explanation: Sendable, Hashable, CustomStringConvertible {
    /// The query in canonical form: learners, fragment paths and projection.
    public let query: CanonicalQuery
    /// Of the first page's learners.
    public let delta: Freshness.Delta
    /// The plan that fetches what `delta` lacks; without parts when nothing is to be fetched.
    public let plan: QueryPlan
    /// The paths that a source is configured for, whether it is to be asked about these learners or not.
    public let suppliedPaths: Set<FragmentPath>

    /// The explanation as text for people, over several lines. Learners are numbered, not named.
    public var description: String {
        var lines = ["query: \(query.learners.count) learner\(query.learners.count == 1 ? "" : "s")"]
        for path in query.paths {
            lines.append("  \(path)")
            let states = delta.states.filter { $0.pair.key.path == path }
            if states.isEmpty { lines.append("    \(whyNone(path))") }
            var sources: [String] = []
            for id in states.map(\.pair.source.id) where !sources.contains(id) { sources.append(id) }
            for id in sources {
                lines.append("    \(id): \(Self.text(of: states.filter { $0.pair.source.id == id }))")
            }
        }
        lines.append(plan.parts.isEmpty ? "query plan: nothing to fetch" : plan.description)
        return lines.joined(separator: "\n")
    }

    private func whyNone(_ path: FragmentPath) -> String {
        suppliedPaths.contains(path)
            ? "no source is asked: none of its sources has an identifier of the learner" : "no source supplies it"
    }

    /// What one source has of one path, for one learner or several.
    private static func text(of states: [Freshness.State]) -> String {
        let kept = states.compactMap(\.expiresAt)
        let missing = states.count - kept.count
        let expiry = kept.min().map { "in the cache until \($0.iso8601)" }
        if states.count == 1 { return expiry ?? "to be fetched" }
        var parts: [String] = []
        if let expiry { parts.append("for \(kept.count) of \(states.count) learners \(expiry)") }
        if missing > 0 { parts.append("for \(missing) of \(states.count) learners to be fetched") }
        return parts.joined(separator: ", ")
    }
}
