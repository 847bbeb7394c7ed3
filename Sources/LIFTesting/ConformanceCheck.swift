/// One sentence of a port's contract and the code that shows whether an implementation keeps it.
///
/// A test target runs each check as a case of a parameterised test; the sentence is the case's name:
///
///     @Test("The store keeps its contract", arguments: JobStoreConformance { JournalJobStore() }.checks)
///     func keepsItsContract(_ check: ConformanceCheck) async throws { try await check.run() }
public struct ConformanceCheck: Sendable, CustomStringConvertible {
    /// The sentence of the contract; the name of a test case.
    public let sentence: String
    private let body: @Sendable (borrowing ConformanceExpectation) async throws -> Void

    init(_ sentence: String, _ body: @escaping @Sendable (borrowing ConformanceExpectation) async throws -> Void) {
        self.sentence = sentence
        self.body = body
    }

    /// The sentence.
    public var description: String { sentence }

    /// Tries whether the implementation does what the sentence says.
    ///
    /// - Throws: `ConformanceViolation` when the implementation does not do what the sentence says; else what the
    ///   implementation itself throws.
    public func run() async throws {
        try await body(ConformanceExpectation(sentence: sentence))
    }
}

extension [ConformanceCheck] {
    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws {
        for check in self { try await check.run() }
    }
}

/// What an implementation does against its port's contract.
public struct ConformanceViolation: Error, Sendable, CustomStringConvertible {
    /// The sentence of the contract that is not kept.
    public let sentence: String
    /// What was done instead.
    public let detail: String

    /// Both, for the report of a test.
    public var description: String { "violated: \(sentence) \(detail)" }
}

/// What a check calls to compare.
struct ConformanceExpectation: Sendable {
    let sentence: String

    func callAsFunction(_ condition: Bool, _ detail: @autoclosure () -> String) throws {
        if !condition { throw ConformanceViolation(sentence: sentence, detail: detail()) }
    }

    func equal<Value: Equatable>(
        _ actual: Value, _ expected: Value, _ what: @autoclosure () -> String
    ) throws {
        try self(actual == expected, "\(what()): \(actual) instead of \(expected)")
    }
}
