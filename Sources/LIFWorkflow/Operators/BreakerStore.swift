/// Keeps the breakers, so that all processes see the same ones. Passes `BreakerStoreConformance` of `LIFTesting`.
public protocol BreakerStore: Sendable {
    /// Changes a breaker in one step that no other process comes between. A change that leaves it as it is takes microseconds: it is
    /// asked before each fetch.
    ///
    /// - Parameter change: It may run more than once, so it only works on the breaker that it is given.
    /// - Returns: What `change` gives.
    func change<Value: Sendable>(
        _ source: String, _ change: @escaping @Sendable (inout CircuitBreaker) -> Value
    ) async throws -> Value
}

extension BreakerStore {
    /// The breaker of a source as it is now; closed for a source that is not known.
    public func breaker(of source: String) async throws -> CircuitBreaker { try await change(source) { $0 } }
}
