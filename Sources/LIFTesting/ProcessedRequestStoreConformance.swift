import Foundation
import LIFJSON
import LIFModel
public import LIFQueryPlanner

/// What every `ProcessedRequestStore` must do.
public struct ProcessedRequestStoreConformance: Sendable {
    public typealias Make = @Sendable () async throws -> any ProcessedRequestStore
    /// Two stores on the same storage, as two processes have them.
    public typealias MakePair =
        @Sendable () async throws -> (any ProcessedRequestStore, any ProcessedRequestStore)

    public let checks: [ConformanceCheck]

    /// - Parameters:
    ///   - make: Makes an empty store.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks = Self.alone(make) + (makePair.map(Self.shared) ?? [])
    }

    public func run() async throws { try await checks.run() }

    private static func alone(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A request that is not known is absent.") { expect in
                let store = try await make()
                try expect(try await store.request(RandomID()) == nil, "it gave one")
                try expect(try await store.pending().isEmpty, "an empty store has pending requests")
            },
            ConformanceCheck("An accepted request is pending, and read as it was given.") { expect in
                let store = try await make()
                let request = request()
                try await store.accept(request)
                try expect.equal(try await store.request(request.id), request, "what is read")
                try expect.equal(try await store.pending(), [request], "pending requests")
            },
            ConformanceCheck("A request accepted again stays as it was.") { expect in
                let store = try await make()
                let request = request()
                try await store.accept(request)
                try await store.finish(request.id, state: .failed(code: "QueryTimeout", message: "late"))
                try await store.accept(request)
                try expect.equal(
                    try await store.request(request.id)?.state, .failed(code: "QueryTimeout", message: "late"), "state")
            },
            ConformanceCheck("Pending requests come oldest first, whatever the order of acceptance.") { expect in
                let store = try await make()
                let requests = [request(at: 3), request(at: 1), request(at: 2)]
                for request in requests { try await store.accept(request) }
                try expect.equal(
                    try await store.pending(), [requests[1], requests[2], requests[0]], "the order")
            },
            ConformanceCheck("An answer is kept to the byte, and its request is no longer pending.") { expect in
                let store = try await make()
                let (done, open) = (request(), request(at: 1))
                for request in [done, open] { try await store.accept(request) }
                let answer = try RawJSON(validating: Array(#"{"records":[{"a":"\u00e9é","n":1.0}]}"#.utf8))
                try await store.finish(done.id, state: .completed(answer))
                try expect.equal(try await store.request(done.id)?.state, .completed(answer), "its state")
                try expect.equal(try await store.request(done.id)?.query, done.query, "its query")
                try expect.equal(try await store.pending(), [open], "pending requests")
            },
            ConformanceCheck("The first final state stays.") { expect in
                let store = try await make()
                let request = request()
                try await store.accept(request)
                let first = ProcessedRequest.State.failed(code: "SourcesNotAvailable", message: "It says \"no\".")
                try await store.finish(request.id, state: first)
                try await store.finish(request.id, state: .completed(.emptyArray))
                try await store.finish(request.id, state: .pending)
                try expect.equal(try await store.request(request.id)?.state, first, "its state")
            },
            ConformanceCheck("Finishing a request that is not known is ignored.") { expect in
                let store = try await make()
                let id = RandomID()
                try await store.finish(id, state: .completed(.emptyArray))
                try expect(try await store.request(id) == nil, "it made one")
            },
        ]
    }

    private static func shared(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("What one process promised, another reads and may answer.") { expect in
                let (one, other) = try await makePair()
                let request = request()
                try await one.accept(request)
                try expect.equal(try await other.pending(), [request], "pending requests of the other")
                try await other.finish(request.id, state: .completed(.emptyArray))
                try expect.equal(try await one.request(request.id)?.state, .completed(.emptyArray), "its state")
            }
        ]
    }

    private static func request(at seconds: Double = 0) -> ProcessedRequest {
        let learners = [
            LearnerIdentifier(identifier: "e\u{301} \"'\u{1F600}", identifierType: "School-assigned number"),
            LearnerIdentifier(identifier: "2", identifierType: "OTHER"),
        ]
        return ProcessedRequest(
            id: RandomID(),
            query: LIFQuery(learners: learners, selectedFields: ["Person.Name", "Person.Contact.Email"]),
            acceptedAt: Date(timeIntervalSince1970: 1_800_000_000.125 + seconds))
    }
}
