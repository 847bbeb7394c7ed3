import LIFGraphQL
import LIFModel
import Synchronization
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct PartnerSchemaCacheTests {
    private static func schema() throws -> PartnerSchema { try PartnerSchema(.partner()) }

    /// Counts loads, and lets none end before it is told to.
    private final class Loads: Sendable {
        let count = Mutex(0)
        let cancelled = Mutex(0)
        private let cancellations = AsyncStream.makeStream(of: Void.self)
        private let gate = AsyncStream.makeStream(of: Void.self)
        private let started = AsyncStream.makeStream(of: Void.self)

        func load() async throws -> PartnerSchema {
            count.withLock { $0 += 1 }
            started.continuation.yield()
            for await _ in gate.stream { break }
            if Task.isCancelled {
                cancelled.withLock { $0 += 1 }
                cancellations.continuation.yield()
                throw CancellationError()
            }
            return try PartnerSchemaCacheTests.schema()
        }

        func open() { gate.continuation.yield() }
        func hasStarted() async { for await _ in started.stream { return } }
        func wasCancelled() async { for await _ in cancellations.stream { return } }
    }

    @Test("Many callers share one load")
    func shared() async throws {
        let loads = Loads()
        let cache = PartnerSchemaCache(lifetime: .seconds(60)) { try await loads.load() }
        let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await cache.entry().number } }
            await loads.hasStarted()
            loads.open()
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(numbers == [1])
        #expect(loads.count.withLock { $0 } == 1)
    }

    @Test("A failed load is not kept")
    func failure() async throws {
        let count = Mutex(0)
        let cache = PartnerSchemaCache(lifetime: .seconds(60)) {
            if count.withLock({
                $0 += 1; return $0
            }) == 1 {
                throw LIFError.source(.unreachable, "x")
            }
            return try Self.schema()
        }
        await #expect(throws: LIFError.self) { try await cache.entry() }
        _ = try await cache.entry()
        #expect(count.withLock { $0 } == 2)
    }

    @Test("A schema is loaded again when its lifetime is over, and when it is dropped")
    func expiry() async throws {
        let time = Mutex(ContinuousClock.now)
        let cache = PartnerSchemaCache(lifetime: .seconds(60), now: { time.withLock { $0 } }) { try Self.schema() }
        let first = try await cache.entry()
        time.withLock { $0 += .seconds(59) }
        #expect(try await cache.entry().number == first.number)
        time.withLock { $0 += .seconds(1) }
        let second = try await cache.entry()
        #expect(second.number == first.number + 1)
        cache.drop(first)
        #expect(try await cache.entry().number == second.number)
        cache.drop(second)
        #expect(try await cache.entry().number == second.number + 1)
    }

    @Test("A caller that is cancelled leaves at once, and the load goes on for the others")
    func oneLeaves() async throws {
        let loads = Loads()
        let cache = PartnerSchemaCache(lifetime: .seconds(60)) { try await loads.load() }
        let staying = Task { try await cache.entry().number }
        await loads.hasStarted()
        let leaving = Task { try await cache.entry().number }
        leaving.cancel()
        await #expect(throws: CancellationError.self) { try await leaving.value }
        loads.open()
        #expect(try await staying.value == 1)
        #expect(loads.cancelled.withLock { $0 } == 0)
    }

    @Test("The last caller that leaves cancels the load, and the next one starts another")
    func allLeave() async throws {
        let loads = Loads()
        let cache = PartnerSchemaCache(lifetime: .seconds(60)) { try await loads.load() }
        let leaving = Task { try await cache.entry().number }
        await loads.hasStarted()
        leaving.cancel()
        await #expect(throws: CancellationError.self) { try await leaving.value }
        await loads.wasCancelled()
        _ = try await cache.entry()
        #expect(loads.count.withLock { $0 } == 2)
    }
}
