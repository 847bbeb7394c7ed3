/// Gives work up when its time is.
enum TimeLimit {
    /// - Returns: What the work gives; `nil` when the time is up, and the work is then cancelled and has ended.
    /// - Throws: What the work throws; `CancellationError`.
    static func run<Value: Sendable>(
        until end: ContinuousClock.Instant, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(until: end)
                return nil
            }
            return try await group.next() ?? nil
        }
    }
}
