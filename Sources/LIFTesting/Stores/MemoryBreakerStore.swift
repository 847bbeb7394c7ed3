public import LIFWorkflow
import Synchronization

/// The circuit breakers of a process that is alone.
public final class MemoryBreakerStore: BreakerStore {
    private let breakers = Mutex<[String: CircuitBreaker]>([:])

    /// Makes an empty store.
    public init() {}

    public func change<Value: Sendable>(
        _ source: String, _ change: @escaping @Sendable (inout CircuitBreaker) -> Value
    ) async throws -> Value {
        breakers.withLock { change(&$0[source, default: CircuitBreaker()]) }
    }
}
