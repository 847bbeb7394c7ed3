public import LIFIdentities
public import LIFJSON
import LIFModel
public import LIFQueryPlanner

/// What a Query Planner's process serves beside queries.
public struct QueryPlannerServices: Sendable {
    /// Takes job results that an orchestrator posts.
    let takeResults: @Sendable (RawJSON) async throws -> Void
    /// The embedded Identity Mapper; `nil` where there is none to serve.
    let identities: (any IdentityStore)?
    /// Passes updates on; `nil` where there is no LIF Cache that takes them.
    let updater: RecordUpdater?
    /// Writes what was counted and timed, as `GET /metrics` gives it.
    let metrics: @Sendable () -> [UInt8]

    /// What the routes beside queries call.
    ///
    /// - Parameters:
    ///   - takeResults: Gets the body of `POST /orchestration/results`; what it throws becomes the answer.
    ///   - metrics: Called for each `GET /metrics`; Prometheus text in UTF-8.
    public init(
        takeResults: @escaping @Sendable (RawJSON) async throws -> Void, identities: (any IdentityStore)? = nil,
        updater: RecordUpdater? = nil, metrics: @escaping @Sendable () -> [UInt8]
    ) {
        self.takeResults = takeResults
        self.identities = identities
        self.updater = updater
        self.metrics = metrics
    }
}
