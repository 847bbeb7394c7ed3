import LIFModel

/// What every adapter must do, with a source that behaves and with one that does not.
///
/// The source is a real one: a server on loopback (`SourceServer`), a command, a file.
public struct AdapterConformance: Sendable {
    /// Sets up a source that behaves in a way, and an adapter for it; passes them to the body, and ends the source after it.
    public typealias Make =
        @Sendable (SourceBehaviour, _ body: @escaping @Sendable (AdapterTrial) async throws -> Void) async throws ->
        Void

    let sample: AdapterSample
    private let behaviours: [SourceBehaviour]
    private let make: Make

    /// The checks that fit what the source can do.
    ///
    /// - Parameters:
    ///   - behaviours: What the source can do. A file, for one, is never silent.
    ///   - make: Sets up a source and an adapter.
    public init(
        _ sample: AdapterSample, behaviours: [SourceBehaviour] = SourceBehaviour.allCases, make: @escaping Make
    ) {
        self.sample = sample
        self.behaviours = behaviours
        self.make = make
    }

    /// One for each sentence of the contract.
    public var checks: [ConformanceCheck] {
        answers + behaviours.compactMap(failure) + (behaviours.contains(.silent) ? [cancelling] : [])
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    /// A check that gets an adapter whose source behaves so.
    func check(
        _ sentence: String, _ behaviour: SourceBehaviour = .sound,
        _ body: @escaping @Sendable (ConformanceExpectation, AdapterTrial) async throws -> Void
    ) -> ConformanceCheck {
        ConformanceCheck(sentence) { [make] expect in
            let expectation = copy expect
            let trials = Tally()
            try await make(behaviour) { trial in
                trials.add()
                try await within("the end of a fetch") { try await body(expectation, trial) }
            }
            try expectation(trials.count == 1, "The test has run its body \(trials.count) times.")
        }
    }

    /// A source that misbehaves: the failure says so, and nothing that the source or the learner would not have said.
    private func failure(_ behaviour: SourceBehaviour) -> ConformanceCheck? {
        guard let sentence = behaviour.sentence else { return nil }
        return check(sentence, behaviour) { [sample] expect, trial in
            let log = Lines<String>()
            let error: any Error
            do {
                let answer = try await trial.fetch(sample.learner, sample.paths, log: log.append)
                throw ConformanceViolation(
                    sentence: sentence, detail: "No error was thrown, and \(answer.fragments.count) fragments came.")
            } catch let violation as ConformanceViolation {
                throw violation
            } catch let thrown {
                error = thrown
            }
            guard let failure = error as? LIFError, let reason = failure.reason else {
                throw ConformanceViolation(
                    sentence: sentence, detail: "A \(type(of: error)) was thrown, which is no LIFError.source(…).")
            }
            try expect.equal(failure.code, .operatorException, "the error's code")
            try expect(
                behaviour.expected[reason] == failure.isRetryable,
                "The reason is \(reason.rawValue), retryable: \(failure.isRetryable). Expected: "
                    + behaviour.expected.map { "\($0.key.rawValue), retryable: \($0.value)" }.sorted()
                    .joined(separator: "; or "))
            let texts = [failure.message, failure.cause.map { String(reflecting: $0) } ?? ""] + log.all
            try expect(
                !texts.contains(where: sample.isLeaked),
                "The error or the log holds a secret or a learner's identifier.")
            if behaviour != .absent, let count = try await trial.requestCount?() {
                // The time of an adapter on a busy machine may be over before its request is there.
                try expect(
                    count == 1 || count == 0 && behaviour == .tooSlow, "There were \(count) requests in one attempt.")
            }
        }
    }
}
