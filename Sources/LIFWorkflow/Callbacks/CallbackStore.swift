public import LIFModel

/// Keeps callbacks that are owed. Passes `CallbackStoreConformance` of `LIFTesting`.
public protocol CallbackStore: Sendable {
    /// Keeps callbacks for a holder to deliver. One of the same job, kind, target and fence that is known already stays.
    func add(_ callbacks: [Callback], holder: HolderID) async throws

    /// Gives the holder the callbacks that are owed and whose holder is not among the living; oldest first.
    func claim(for holder: HolderID, living: Set<HolderID>) async throws -> [Callback]

    /// The callbacks that are owed and that the holder has; oldest first.
    func owed(by holder: HolderID) async throws -> [Callback]

    /// Notes another failed attempt.
    func noteAttempt(_ id: RandomID, attempts: Int) async throws

    /// Marks that nothing more is to be done: it was delivered, or given up with a reason.
    func close(_ id: RandomID, givenUp reason: String?) async throws

    /// Removes all callbacks, owed or closed, of jobs that are removed too.
    func remove(_ jobs: [JobID]) async throws
}
