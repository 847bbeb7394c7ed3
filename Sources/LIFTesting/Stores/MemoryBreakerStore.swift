public import LIFWorkflow
import Synchronization

/// The circuit breakers of a process that is alone.
public final class MemoryBreakerStore: BreakerStore {
    private let breakers = Mutex<[String: CircuitBreaker]>([:])

    /// Makes an empty store.
    public init() {}

    /// The source's breaker; a closed one for a source that has none yet.
    public func breaker(of source: String) async throws -> CircuitBreaker {
        breakers.withLock { $0[source] ?? CircuitBreaker() }
    }

    /// Changes the source's breaker under a lock, and returns what the closure returns.
    public func change<Value: Sendable>(
        _ source: String, _ change: @escaping @Sendable (inout CircuitBreaker) -> Value
    ) async throws -> Value {
        breakers.withLock { change(&$0[source, default: CircuitBreaker()]) }
    }
}
