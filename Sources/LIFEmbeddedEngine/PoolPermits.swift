import LIFWorkflow

/// What this process may use of a pool whose limits hold over all processes, and when it has to ask the store again. Pure.
///
/// Permits are claimed for a lifetime and in blocks, so that a task that starts makes no trip to the store. They are claimed anew
/// while they are used, let expire when they are not, and given back as soon as another process lacks them.
struct PoolPermits {
    typealias Instant = ContinuousClock.Instant

    /// How long a process that does not go on keeps what it has.
    static let lifetime = Duration.seconds(30)
    private static let renewal = Duration.seconds(10)
    /// A process may stand still between the look at the clock and the request to the source.
    private static let margin = Duration.seconds(1)
    private static let shortestPause = Duration.milliseconds(20)

    /// One limit of the pool, with what this process has of it.
    private struct Limit {
        var size: Int
        var usable = 0
        var held = 0
        /// When what it has is no longer its own.
        var validUntil: Instant?
        /// When it claims again, if it wants something.
        var nextClaim: Instant?
        var askedFor = 0
        /// The most that was wanted since the last claim.
        var peak = 0
        var keptAtClaim = 0
        var isAsking = false
        /// Another process has changed something.
        var isToldOfChange = false

        func isValid(at now: Instant) -> Bool { validUntil.map { now < $0 } ?? false }

        func usable(at now: Instant) -> Int { isValid(at: now) ? usable : 0 }

        /// What cannot be given back by a claim: what it may use it may take into use before it has the answer.
        func kept(_ inUse: Int, at now: Instant) -> Int { max(inUse, usable(at: now)) }

        mutating func note(wanted: Int, inUse: Int, isBlocked: Bool, now: Instant) -> Bool {
            peak = max(peak, wanted)
            return isDue(wanted: wanted, inUse: inUse, isBlocked: isBlocked, now: now)
        }

        func isDue(wanted: Int, inUse: Int, isBlocked: Bool, now: Instant) -> Bool {
            if isAsking { return false }
            if isToldOfChange, held > 0 || wanted > 0 { return true }
            if held > usable, kept(inUse, at: now) < keptAtClaim { return true }
            if isBlocked, usable < size, min(wanted, size) > askedFor { return true }
            return (nextClaim.map { now >= $0 } ?? true) && (wanted > 0 || peak > 0)
        }
    }

    private var places: Limit?
    private var starts: Limit?
    private var period = Duration.zero
    /// When tasks have started in the last period, the oldest first.
    private var recent: [Instant] = []

    /// Takes the configured limits; what it has stays.
    mutating func configure(places size: Int?, rate: RateLimit?) {
        places = size.map { resized(places, to: $0) }
        starts = rate.map { resized(starts, to: $0.starts) }
        period = rate?.period ?? .zero
    }

    private func resized(_ limit: Limit?, to size: Int) -> Limit {
        var limit = limit ?? Limit(size: size)
        if limit.size != size { limit.nextClaim = nil }
        limit.size = size
        return limit
    }

    /// How many places of the pool may be taken now.
    ///
    /// - Parameter limit: How many there are where no others share them.
    func places(of limit: Int, at now: Instant) -> Int { places.map { min(limit, $0.usable(at: now)) } ?? limit }

    /// Whether one more task may start now.
    func mayStart(at now: Instant) -> Bool {
        guard let starts else { return true }
        return recentCount(now) < max(starts.usable(at: now), unusedTurn(now))
    }

    /// A turn of a rate ends with its use: a task may have waited for a place meanwhile.
    private func unusedTurn(_ now: Instant) -> Int {
        guard let starts, starts.held > 0, starts.isValid(at: now) else { return 0 }
        // A claim that is under way gives back what it did not name.
        return recentCount(now) == 0 && (!starts.isAsking || starts.keptAtClaim > 0) ? 1 : 0
    }

    private func recentCount(_ now: Instant) -> Int { recent.count { now - $0 < period } }

    /// Notes that a task starts.
    mutating func started(at now: Instant) {
        guard starts != nil else { return }
        recent.removeAll { now - $0 >= period }
        recent.append(now)
    }

    /// Notes what the pool looks like after an event.
    ///
    /// - Parameters:
    ///   - taken: The places that tasks have taken.
    ///   - waiting: The tasks that wait.
    /// - Returns: Whether something is to be claimed.
    mutating func note(taken: Int, waiting: Int, now: Instant) -> Bool {
        let started = recentCount(now)
        let unused = waiting > 0 ? unusedTurn(now) : 0
        let placesDue = places?.note(wanted: taken + waiting, inUse: taken, isBlocked: waiting > 0, now: now)
        let startsDue = starts?.note(
            wanted: waiting > 0 ? started + waiting : 0, inUse: unused, isBlocked: waiting > 0, now: now)
        return placesDue == true || startsDue == true
    }

    /// What is to be claimed now; it is not asked for again before `take` or `fail`.
    mutating func claims(of pool: String, taken: Int, waiting: Int, now: Instant) -> [PermitClaim] {
        let started = recentCount(now)
        let isBlocked = waiting > 0
        let unused = isBlocked ? unusedTurn(now) : 0
        return [
            Self.claim(
                &places, SharedLimitID(pool: pool, kind: .places), wanted: taken + waiting, inUse: taken, isBlocked, now
            ),
            Self.claim(
                &starts, SharedLimitID(pool: pool, kind: .starts), wanted: waiting > 0 ? started + waiting : 0,
                inUse: unused, isBlocked, now, rest: period),
        ].compactMap(\.self)
    }

    private static func claim(
        _ limit: inout Limit?, _ id: SharedLimitID, wanted: Int, inUse: Int, _ isBlocked: Bool, _ now: Instant,
        rest: Duration = .zero
    ) -> PermitClaim? {
        guard var asking = limit, asking.isDue(wanted: wanted, inUse: inUse, isBlocked: isBlocked, now: now) else {
            return nil
        }
        let wanted = max(wanted, asking.peak)
        let kept = asking.kept(inUse, at: now)
        asking.askedFor = min(wanted, asking.size)
        (asking.isAsking, asking.isToldOfChange, asking.peak, asking.keptAtClaim) = (true, false, 0, kept)
        limit = asking
        return PermitClaim(
            id, size: asking.size, wanted: wanted, inUse: kept, lifetime: lifetime, rest: rest)
    }

    /// Takes what the store has granted.
    ///
    /// - Parameter askedAt: Before the store was asked: what it grants is counted from there.
    mutating func take(_ grant: PermitGrant, _ kind: SharedLimitID.Kind, askedAt: Instant) {
        change(kind) { limit in
            (limit.usable, limit.held) = (grant.usable, grant.held)
            limit.validUntil = askedAt + grant.lifetime - Self.margin
            limit.nextClaim = askedAt + min(Self.renewal, max(grant.review ?? Self.renewal, Self.shortestPause))
        }
    }

    /// The store could not be asked: without it nobody can agree, and each process uses an equal part.
    ///
    /// - Parameter processes: How many share the store.
    mutating func fail(_ kind: SharedLimitID.Kind, processes: Int, now: Instant) {
        change(kind) { limit in
            limit.usable = max(1, limit.size / max(1, processes))
            limit.held = max(limit.held, limit.usable)
            // A store that is locked may take seconds to say so again.
            limit.validUntil = now + .seconds(15)
            limit.nextClaim = now + .seconds(1)
        }
    }

    private mutating func change(_ kind: SharedLimitID.Kind, _ body: (inout Limit) -> Void) {
        func change(_ limit: inout Limit?) {
            guard var changed = limit else { return }
            changed.isAsking = false
            body(&changed)
            limit = changed
        }
        switch kind {
        case .places: change(&places)
        case .starts: change(&starts)
        }
    }

    /// Another process may have changed what it wants.
    mutating func tellOfChange() {
        places?.isToldOfChange = true
        starts?.isToldOfChange = true
    }

    /// When something happens though nothing is reported; `nil` when nothing does.
    func nextLook(taken: Int, waiting: Int, now: Instant) -> Instant? {
        func next(_ limit: Limit?, isWanted: Bool) -> Instant? {
            limit.flatMap { !$0.isAsking && (isWanted || $0.peak > 0) ? $0.nextClaim ?? now : nil }
        }
        let freed = waiting > 0 ? recent.first { now - $0 < period }.map { $0 + period } : nil
        return [next(places, isWanted: taken + waiting > 0), next(starts, isWanted: waiting > 0), freed]
            .compactMap(\.self).min()
    }

    /// What it gives back when the process ends.
    func release(of pool: String) -> [PermitClaim] {
        [(places, SharedLimitID.Kind.places, Duration.zero), (starts, .starts, period)].compactMap {
            limit, kind, rest in
            guard limit.map({ $0.held > 0 || $0.askedFor > 0 }) == true else { return nil }
            return PermitClaim(
                SharedLimitID(pool: pool, kind: kind), size: 0, wanted: 0, lifetime: Self.lifetime, rest: rest)
        }
    }
}
