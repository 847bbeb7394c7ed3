public import LIFWorkflow

/// What every `BreakerStore` must do.
public struct BreakerStoreConformance: Sendable {
    /// Makes an empty `BreakerStore`.
    public typealias Make = @Sendable () async throws -> any BreakerStore
    /// Two stores on the same storage, as two processes have them.
    public typealias MakePair = @Sendable () async throws -> (any BreakerStore, any BreakerStore)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of store.
    ///
    /// - Parameters:
    ///   - make: Makes an empty store.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks = Self.alone(make) + (makePair.map(Self.shared) ?? [])
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func alone(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A source that is not known has a closed breaker without failures.") { expect in
                let store = try await make()
                try expect.equal(try await store.breaker(of: "org1"), CircuitBreaker(), "its breaker")
            },
            ConformanceCheck("A changed breaker is read as it was left, and of that source only.") { expect in
                let store = try await make()
                let expected = CircuitBreaker(
                    failures: 7, opensAgainAt: SampleJobs.date(1.125), openedAt: SampleJobs.date(0.5),
                    probingUntil: SampleJobs.date(2))
                let given = try await store.change("org \"1\"") { breaker in
                    breaker = expected
                    return "given"
                }
                try expect.equal(given, "given", "what change gives")
                try expect.equal(try await store.breaker(of: "org \"1\""), expected, "its breaker")
                try expect.equal(try await store.breaker(of: "Org \"1\""), CircuitBreaker(), "another's")
                try await store.change("org \"1\"") { $0.succeeded() }
                try expect.equal(try await store.breaker(of: "org \"1\""), CircuitBreaker(), "its breaker then")
            },
            ConformanceCheck("A change sees the breaker as it is, also one that changes nothing.") { expect in
                let store = try await make()
                for number in 1...3 {
                    let seen = try await store.change("org1") { breaker in
                        breaker.failures += 1
                        return breaker.failures
                    }
                    try expect.equal(seen, number, "failures")
                    try expect.equal(try await store.change("org1") { $0.failures }, number, "failures seen again")
                }
            },
            ConformanceCheck("Changes at the same time come one after another.") { expect in
                let store = try await make()
                try await count(expect, [store, store, store, store])
            },
            ConformanceCheck("Of many that ask an open breaker when its time is over one is let through.") { expect in
                let store = try await make()
                try await probe(expect, [store, store, store, store])
            },
        ]
    }

    private static func shared(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("What one process changed, another sees at once, each time.") { expect in
                let (one, other) = try await makePair()
                for number in 1...20 {
                    let (writer, reader) = number.isMultiple(of: 2) ? (one, other) : (other, one)
                    try expect.equal(try await reader.breaker(of: "org1").failures, number - 1, "failures before")
                    try await writer.change("org1") { $0.failures += 1 }
                    try expect.equal(try await reader.breaker(of: "org1").failures, number, "failures after")
                }
            },
            ConformanceCheck("Changes of several processes come one after another.") { expect in
                let (one, other) = try await makePair()
                try await count(expect, [one, other, one, other])
            },
            ConformanceCheck("Of several processes one may probe.") { expect in
                let (one, other) = try await makePair()
                try await probe(expect, [one, other, one, other])
            },
        ]
    }

    private static func count(_ expect: borrowing ConformanceExpectation, _ stores: [any BreakerStore]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for store in stores {
                group.addTask { for _ in 0..<25 { try await store.change("org1") { $0.failures += 1 } } }
            }
            try await group.waitForAll()
        }
        try expect.equal(try await stores[0].breaker(of: "org1").failures, stores.count * 25, "failures")
    }

    private static func probe(_ expect: borrowing ConformanceExpectation, _ stores: [any BreakerStore]) async throws {
        let policy = BreakerPolicy(failures: 1, openFor: .seconds(30))
        _ = try await stores[0].change("org1") { $0.failed(now: SampleJobs.start, policy: policy) }
        let refused = try await stores[1].change("org1") { $0.admit(now: SampleJobs.date(29), probeFor: .seconds(9)) }
        try expect.equal(refused, .refused(until: SampleJobs.date(30)), "before its time is over")
        let admissions = try await withThrowingTaskGroup(of: CircuitBreaker.Admission.self) { group in
            for store in stores {
                group.addTask {
                    try await store.change("org1") { $0.admit(now: SampleJobs.date(31), probeFor: .seconds(9)) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        try expect.equal(admissions.filter { $0 == .probe }.count, 1, "number of probes")
        let others = admissions.filter { $0 == .wait(until: SampleJobs.date(40)) }.count
        try expect.equal(others, stores.count - 1, "number of those that wait until the probe is over")
    }
}
