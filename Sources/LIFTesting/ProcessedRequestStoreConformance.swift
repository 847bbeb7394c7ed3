import LIFModel
public import LIFQueryPlanner

/// What a `ProcessedRequestStore` must do, whatever its journal is.
public struct ProcessedRequestStoreConformance: Sendable {
    /// Makes an empty `ProcessedRequestStore`.
    public typealias Make = @Sendable () async throws -> ProcessedRequestStore
    /// Two stores on the same storage, as two processes have them.
    public typealias MakePair =
        @Sendable () async throws -> (ProcessedRequestStore, ProcessedRequestStore)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of store.
    ///
    /// - Parameters:
    ///   - make: Makes an empty store.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks =
            Self.promising(make) + Self.holding(make) + Self.landing(make) + Self.reading(make) + Self.keeping(make)
            + Self.forgetting(make) + (makePair.map(Self.shared) ?? [])
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func promising(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A request that is not known is absent, has no parts and can neither be added to nor end.")
            {
                expect in
                let (store, id) = (try await make(), RandomID())
                try expect(try await store.request(id) == nil, "it gave one")
                try expect(try await store.status(of: id) == nil, "it gave its status")
                try expect.equal(try await store.pendingCount(), 0, "pending requests of an empty store")
                try expect(
                    try await store.claim(living: [], by: HolderID(), limit: 9).isEmpty, "it gave one to a holder")
                try expect(try await !store.append([SampleRequests.part()], to: id, fence: 1), "it took a part")
                try expect(
                    try await !store.finish(id, fence: 1, state: .completed, at: SampleRequests.date(1)), "it ended")
                try expect.equal(try await store.progress(of: id), RequestProgress(), "its progress")
                try expect(try await store.parts(of: id, learners: 0..<9).isEmpty, "it has parts")
                try expect(
                    try await store.parts(of: id, after: 0, limit: 9, maximumBytes: 9).isEmpty, "it has landed parts")
                try expect(try await store.outcomes(of: id, after: 0, limit: 9).isEmpty, "it has outcomes")
                try expect(try await store.request(id) == nil, "it made one")
            },
            ConformanceCheck("An accepted request is pending, and read as it was given.") { expect in
                let store = try await make()
                let request = SampleRequests.request(fence: 3)
                let plain = ProcessedRequest(
                    query: LIFQuery(learners: SampleRequests.learners, selectedFields: []),
                    acceptedAt: SampleRequests.date(1), holder: HolderID())
                for request in [request, plain] { try await store.accept(request) }
                try expect.equal(try await store.request(request.id), request, "what is read")
                try expect.equal(try await store.request(plain.id), plain, "what is read of a plain one")
                try expect.equal(try await store.status(of: request.id), RequestStatus(request), "its status")
                try expect.equal(try await store.pendingCount(), 2, "pending requests")
            },
            ConformanceCheck("A request accepted again stays as it was.") { expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                let failed = ProcessedRequest.State.failed(code: "QueryTimeout", message: "late")
                _ = try await store.finish(request.id, fence: 1, state: failed, at: SampleRequests.date(1))
                try await store.accept(request)
                try expect.equal(try await store.request(request.id)?.state, failed, "state")
                try expect.equal(try await store.pendingCount(), 0, "pending requests")
            },
            ConformanceCheck("The first end stays, with its time; only that call is told that the request was its own.")
            {
                expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                for state in [ProcessedRequest.State.pending, .expired] {
                    try expect(
                        try await !store.finish(request.id, fence: 1, state: state, at: SampleRequests.date(1)),
                        "\(state) is taken as an end")
                }
                let first = ProcessedRequest.State.failed(code: "SourcesNotAvailable", message: "It says \"no\".")
                try expect(
                    try await store.finish(request.id, fence: 1, state: first, at: SampleRequests.date(2)), "no end")
                try expect(
                    try await !store.finish(request.id, fence: 1, state: .completed, at: SampleRequests.date(3)),
                    "a second end")
                let kept = try await store.request(request.id)
                try expect.equal(kept?.state, first, "its state")
                try expect.equal(kept?.finishedAt, SampleRequests.date(2), "its end")
                try expect.equal(kept?.query, request.query, "its query")
                try expect.equal(try await store.status(of: request.id), kept.map { RequestStatus($0) }, "its status")
                try expect.equal(kept?.via, request.via, "where it came through")
            },
        ]
    }

    private static func shared(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("What one process accepted, another reads, and so it does its parts and its end.") {
                expect in
                let (one, other) = try await makePair()
                let request = SampleRequests.request()
                try await one.accept(request)
                try expect.equal(try await other.request(request.id), request, "what is read")
                let part = try SampleRequests.part(items: "[1]")
                try expect(try await one.append([part], to: request.id, fence: 1), "the part is refused")
                try expect.equal(try await other.parts(of: request.id, learners: 0..<1), [part], "its parts")
                _ = try await one.finish(request.id, fence: 1, state: .completed, at: SampleRequests.date(1))
                try expect.equal(try await other.request(request.id)?.state, .completed, "its state")
            },
            ConformanceCheck("A request is taken over by one of two processes that claim it at the same time.") {
                expect in
                let (one, other) = try await makePair()
                for number in 0..<20 { try await one.accept(SampleRequests.request(at: Double(number))) }
                let (first, second) = (HolderID(), HolderID())
                async let ofFirst = one.claim(living: [first, second], by: first, limit: 15)
                async let ofSecond = other.claim(living: [first, second], by: second, limit: 15)
                let claimed = try await ofFirst + ofSecond
                try expect.equal(claimed.count, 20, "number of requests claimed")
                try expect.equal(Set(claimed.map(\.id)).count, 20, "number of different ones")
                for request in claimed {
                    try expect.equal(try await one.request(request.id), request, "what is read of a claimed one")
                }
            },
            ConformanceCheck("What one process changes is told to another that listens, each time.") { expect in
                let (one, other) = try await makePair()
                let heard = Tally()
                let changes = one.changes()
                let listening = Task { for await _ in changes { heard.add() } }
                defer { listening.cancel() }
                let request = SampleRequests.request()
                var before = heard.count
                try await other.accept(request)
                try await within("the promise is told") { [before] in try await heard.wait(for: before + 1) }
                before = heard.count
                _ = try await other.append([SampleRequests.part(items: "[1]")], to: request.id, fence: 1)
                try await within("the part is told") { [before] in try await heard.wait(for: before + 1) }
                before = heard.count
                _ = try await other.finish(request.id, fence: 1, state: .completed, at: SampleRequests.date(1))
                try await within("the end is told") { [before] in try await heard.wait(for: before + 1) }
            },
        ]
    }
}
