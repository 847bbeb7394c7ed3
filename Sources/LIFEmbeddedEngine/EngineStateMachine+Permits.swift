import LIFWorkflow

/// Pools whose limits hold over all processes on a database: their tasks start with permits that this process has claimed.
extension EngineStateMachine {
    mutating func configurePermits() {
        let names = limits.shared.union(limits.rates.keys)
        permits = permits.filter { names.contains($0.key) }
        for name in names {
            let places = limits.shared.contains(name) ? limits.limit(of: name) : nil
            permits[name, default: PoolPermits()].configure(places: places, rate: limits.rates[name])
        }
        for name in names { noteDemand(name) }
    }

    /// How many places of a pool may be taken now.
    func limit(of pool: String) -> Int {
        let limit = limits.limit(of: pool)
        return permits[pool]?.places(of: limit, at: now) ?? limit
    }

    mutating func noteDemand(_ name: String) {
        guard permits[name] != nil else { return }
        let (taken, waiting) = demand(of: name)
        if permits[name]?.note(taken: taken, waiting: waiting, now: now) == true { hasClaims = true }
    }

    private func demand(of pool: String) -> (taken: Int, waiting: Int) {
        (pools[pool]?.placesTaken ?? 0, pools[pool]?.waiting ?? 0)
    }

    /// What is to be claimed of the store now; `granted` or `notGranted` answers it.
    mutating func claims() -> [PermitClaim] {
        hasClaims = false
        return permits.keys.sorted().flatMap { name in
            let (taken, waiting) = demand(of: name)
            return permits[name]?.claims(of: name, taken: taken, waiting: waiting, now: now) ?? []
        }
    }

    /// - Parameters:
    ///   - grants: In the order of the claims.
    ///   - askedAt: The time before the store was asked.
    mutating func granted(
        _ claims: [PermitClaim], _ grants: [PermitGrant], askedAt: ContinuousClock.Instant
    ) -> EngineActions {
        for (claim, grant) in zip(claims, grants) {
            permits[claim.limit.pool]?.take(grant, claim.limit.kind, askedAt: askedAt)
        }
        return refreshAll(claims.map(\.limit.pool))
    }

    /// The store could not be asked.
    ///
    /// - Parameter processes: How many share it.
    mutating func notGranted(_ claims: [PermitClaim], processes: Int) -> EngineActions {
        for claim in claims { permits[claim.limit.pool]?.fail(claim.limit.kind, processes: processes, now: now) }
        return refreshAll(claims.map(\.limit.pool))
    }

    /// Time has passed, or another process has changed what it wants.
    mutating func lookedAtPermits(isToldOfChange: Bool) -> EngineActions {
        let names = permits.keys.sorted()
        if isToldOfChange { for name in names { permits[name]?.tellOfChange() } }
        for name in names { noteDemand(name) }
        return refreshAll(names)
    }

    /// When permits are to be looked at though nothing happens.
    var nextPermitLook: ContinuousClock.Instant? {
        permits.compactMap { name, permits in
            let (taken, waiting) = demand(of: name)
            return permits.nextLook(taken: taken, waiting: waiting, now: now)
        }.min()
    }

    /// What is given back when the process ends.
    func releases() -> [PermitClaim] { permits.keys.sorted().flatMap { permits[$0]?.release(of: $0) ?? [] } }
}
