/// The values that one field of a cron expression lets through, each below 64.
struct CronValues: Sendable, Hashable {
    private var bits: UInt64 = 0
    /// Whether the field starts with a `*`, with or without a step.
    let isWildcard: Bool

    init(isWildcard: Bool) { self.isWildcard = isWildcard }

    func contains(_ value: Int) -> Bool { bits & (1 << UInt64(value)) != 0 }

    /// The lowest value that is not below this one.
    func first(from value: Int) -> Int? {
        let rest = value < 64 ? bits >> UInt64(value) : 0
        return rest == 0 ? nil : value + rest.trailingZeroBitCount
    }

    mutating func insert(_ values: ClosedRange<Int>, step: Int = 1) {
        for value in stride(from: values.lowerBound, through: values.upperBound, by: step) {
            bits |= 1 << UInt64(value)
        }
    }

    /// Takes one value for another one.
    mutating func fold(_ value: Int, into other: Int) {
        guard contains(value) else { return }
        bits &= ~(1 << UInt64(value))
        bits |= 1 << UInt64(other)
    }
}
