/// All families, by name. Holds the rules of the format that concern more than one series; its owner has the lock.
struct MetricFamilies: Sendable {
    private struct Family {
        let kind: MetricKind
        let buckets: [Double]
        var series: [LabelSet: any MetricSeries] = [:]
        /// Outside the limit.
        var overflow: (any MetricSeries)?

        var isEmpty: Bool { series.isEmpty && overflow == nil }
    }

    /// One family to be written.
    struct Snapshot {
        let name: String
        let kind: MetricKind
        let help: String?
        let series: [any MetricSeries]
    }

    private var families: [String: Family] = [:]
    /// The family that a sample's name belongs to: a histogram `x` writes `x_bucket`, `x_sum` and `x_count`.
    private var owners: [String: String] = [:]
    private var refusals: [String: Set<MetricKind>] = [:]
    private var helps: [String: String] = [:]

    mutating func describe(_ name: String, help: String) { helps[name] = help }

    /// The series of that name and label set, made if there is none yet; the family's overflow beyond its limit.
    ///
    /// A name that another kind of metric has, or writes, cannot stand in the text twice: the series then works, and is
    /// not shown.
    mutating func series<Series: MetricSeries>(
        _ name: String, _ labels: LabelSet, limit: Int, buckets: () -> [Double]
    ) -> Series {
        if families[name] == nil { add(name, Series.kind, buckets) }
        guard let family = families[name], family.kind == Series.kind else {
            refusals[name, default: []].insert(Series.kind)
            return Series(family: name, labels: labels, buckets: buckets())
        }
        let isOverflow = labels == .overflow
        let known = isOverflow ? family.overflow : family.series[labels]
        if let known = known as? Series { return known }
        if !isOverflow, family.series.count >= limit {
            return series(name, .overflow, limit: limit, buckets: buckets)
        }
        let made = Series(family: name, labels: labels, buckets: family.buckets)
        if isOverflow { families[name]?.overflow = made } else { families[name]?.series[labels] = made }
        return made
    }

    private mutating func add(_ name: String, _ kind: MetricKind, _ buckets: () -> [Double]) {
        let samples = kind.suffixes.map { name + $0 }
        guard samples.allSatisfy({ owners[$0] == nil }) else { return }
        for sample in samples { owners[sample] = name }
        families[name] = Family(kind: kind, buckets: kind == .histogram ? buckets() : [])
    }

    /// Shows the series no longer. The overflow stays: it has many users.
    mutating func remove(_ series: any MetricSeries) {
        guard var family = families[series.family], family.series[series.labels] === series else { return }
        family.series[series.labels] = nil
        families[series.family] = family.isEmpty ? nil : family
        guard family.isEmpty else { return }
        for suffix in family.kind.suffixes { owners[series.family + suffix] = nil }
    }

    /// What there is to write, sorted.
    func snapshots() -> [Snapshot] {
        families.sorted { $0.key < $1.key }.map { name, family in
            let all = family.series.values + (family.overflow.map { [$0] } ?? [])
            return Snapshot(
                name: name, kind: family.kind, help: helps[name], series: all.sorted { $0.labels < $1.labels })
        }
    }

    /// The names that were asked for as more than one kind, sorted.
    func refused() -> [(name: String, kind: MetricKind)] {
        refusals.sorted { $0.key < $1.key }.flatMap { name, kinds in kinds.sorted().map { (name, $0) } }
    }
}
