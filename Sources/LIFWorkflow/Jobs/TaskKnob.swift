/// One of `TaskSettings`: its name in documents and configurations, and what it may be.
package struct TaskKnob: Sendable {
    package enum Value: Sendable {
        case whole(any WritableKeyPath<TaskSettings, Int?> & Sendable, ClosedRange<Int>)
        case duration(any WritableKeyPath<TaskSettings, Duration?> & Sendable, ClosedRange<Duration>)
        /// The name of a pool.
        case name(any WritableKeyPath<TaskSettings, String?> & Sendable)
    }

    package let name: String
    package let value: Value

    package static let retries = TaskKnob(name: "retries", value: .whole(\.retries, 0...20))
    package static let retryBackoff = TaskKnob(
        name: "retry_backoff", value: .duration(\.retryBackoff, .zero ... .seconds(86_400)))
    package static let timeout = TaskKnob(name: "timeout", value: .duration(\.timeout, time))
    package static let sla = TaskKnob(name: "sla", value: .duration(\.sla, time))
    package static let priority = TaskKnob(name: "priority", value: .whole(\.priority, -100...100))
    package static let pool = TaskKnob(name: "pool", value: .name(\.pool))
    package static let poolSlots = TaskKnob(name: "pool_slots", value: .whole(\.poolSlots, 1...1_000))

    package static let all = [retries, retryBackoff, timeout, sla, priority, pool, poolSlots]

    private static let time: ClosedRange<Duration> = .milliseconds(1) ... .seconds(30 * 86_400)
}
