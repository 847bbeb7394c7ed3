/// Counts the steps of one evaluation and ends it when they are used up.
struct WorkBudget {
    private let limit: Int
    private var left: Int

    init(limit: Int) {
        self.limit = limit
        left = limit
    }

    /// For work that is bounded already.
    static let unlimited = WorkBudget(limit: .max)

    /// - Throws: `JSONPathError` `tooMuchWork`.
    mutating func spend(_ steps: Int = 1) throws(JSONPathError) {
        guard steps <= left else {
            left = 0
            throw JSONPathError(.tooMuchWork(limit: limit))
        }
        left -= steps
    }

    /// Steps for looking through so many bytes.
    mutating func spend(bytes: Int) throws(JSONPathError) { try spend(1 + bytes / 64) }
}
