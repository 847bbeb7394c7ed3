/// Asks for each key, at most sixteen at the same time.
///
/// - Returns: The answers of those that have one.
/// - Throws: The first error; the rest is cancelled.
func concurrently<Answer: Sendable>(
    _ keys: some Collection<String>, _ ask: @escaping @Sendable (String) async throws -> Answer?
) async throws -> [String: Answer] {
    try await withThrowingTaskGroup(of: (String, Answer?).self) { group in
        var waiting = Array(keys)[...]
        func startNext() {
            guard let key = waiting.popFirst() else { return }
            group.addTask { (key, try await ask(key)) }
        }
        for _ in 0..<16 { startNext() }
        var answers: [String: Answer] = [:]
        while let (key, answer) = try await group.next() {
            answers[key] = answer
            startNext()
        }
        return answers
    }
}
