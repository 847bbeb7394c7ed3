import LIFConcurrency

/// A test waited for something that did not come.
public struct TimeLimitExceeded: Error, Sendable, CustomStringConvertible {
    /// What was waited for.
    public let what: String
    /// For how long.
    public let limit: Duration

    /// For the report of a test.
    public var description: String { "waited \(limit) in vain: \(what)" }
}

/// Waits for an event, and fails when it does not come: a wrong implementation must end a test, not hang it.
///
/// - Throws: `TimeLimitExceeded`, or what the body throws. The body is cancelled when the time is up.
public func within<Value: Sendable>(
    _ what: String, limit: Duration = .seconds(60), _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    guard let value = try await Deadline.run(within: limit, body) else {
        throw TimeLimitExceeded(what: what, limit: limit)
    }
    return value
}

/// Waits until a condition holds that no event announces.
///
/// - Throws: `TimeLimitExceeded`, or what the condition throws.
public func eventually(_ what: String, _ condition: @escaping @Sendable () async throws -> Bool) async throws {
    try await within(what) {
        while try await !condition() { try await Task.sleep(for: .milliseconds(1)) }
    }
}
