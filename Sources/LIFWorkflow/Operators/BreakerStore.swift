/// Keeps the breakers, so that all processes see the same ones. Passes `BreakerStoreConformance` of `LIFTesting`.
public protocol BreakerStore: Sendable {
    /// The breaker of a source as it is now; cheap, for it is asked before each fetch.
    func breaker(of source: String) async throws -> CircuitBreaker

    /// Changes a breaker in one step that no other process comes between.
    ///
    /// - Parameter change: It may run more than once, so it only works on the breaker that it is given.
    /// - Returns: What `change` gives.
    func change<Value: Sendable>(
        _ source: String, _ change: @escaping @Sendable (inout CircuitBreaker) -> Value
    ) async throws -> Value
}
