import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOperators

/// Each check of `AdapterConformance` against an adapter that breaks its sentence and keeps all others, as far as it can.
@Suite(.timeLimit(.minutes(2))) struct AdapterConformanceFaultTests {
    @Test(
        "An adapter that breaks a sentence of the contract is found by its check",
        arguments: BrokenAdapter.Fault.allCases)
    func found(_ fault: BrokenAdapter.Fault) async throws {
        let conformance = try AdapterConformanceTests.restConformance { BrokenAdapter(base: $0, fault: fault) }
        let checks = conformance.checks.filter { $0.sentence.hasPrefix(fault.sentence) }
        #expect(checks.count == 1)
        for check in checks {
            await #expect(throws: ConformanceViolation.self) { try await check.run() }
        }
    }

    @Test("Each check has an adapter that it finds")
    func complete() throws {
        let sentences = try AdapterConformanceTests.restConformance().checks.map(\.sentence)
        let unbroken = sentences.filter { sentence in
            !BrokenAdapter.Fault.allCases.contains { sentence.hasPrefix($0.sentence) }
        }
        #expect(unbroken == [])
    }
}

/// An adapter that is sound but for one fault.
struct BrokenAdapter: TaskOperator {
    enum Fault: CaseIterable {
        case asksTwice, givesSome
        case givesUnasked
        case givesNothing, forgetsLearner
        case knowsEveryone
        case mixesLearners
        case swallowsRefusal
        case checksWithLearner, checksAloud, checksSilently
        case asksThoughCancelled
        case endsWhenCancelled, failsWhenCancelled
        case neverTriesAgain
        case takesPartForAll
        case triesGarbageAgain
        case blamesSize
        case triesAtOnce
        case tellsAnswer, keepsAnswer, logsLearner
        case tellsToken
        case throwsOther

        /// How the sentence that it breaks begins.
        var sentence: String {
            switch self {
            case .asksTwice, .givesSome: "All that the source has"
            case .givesUnasked: "Only paths that were asked for"
            case .givesNothing, .forgetsLearner: "A path at which the source has nothing"
            case .knowsEveryone: "A learner that the source does not know"
            case .mixesLearners: "Fetches at the same time"
            case .swallowsRefusal: "When a fragment cannot be kept"
            case .checksWithLearner, .checksAloud, .checksSilently: "The check asks for no learner's data"
            case .asksThoughCancelled: "A fetch that was cancelled before it began"
            case .endsWhenCancelled, .failsWhenCancelled: "A fetch that is cancelled ends soon"
            case .neverTriesAgain: "A source that does not answer in time"
            case .takesPartForAll: "A source that ends in the middle"
            case .triesGarbageAgain: "An answer that cannot be read"
            case .blamesSize: "An answer that is too large"
            case .triesAtOnce: "A source that cannot answer now"
            case .tellsAnswer, .keepsAnswer, .logsLearner: "A source that cannot answer this"
            case .tellsToken: "A credential that is refused"
            case .throwsOther: "A source that is not there"
            }
        }
    }

    struct OtherError: Error {}

    let base: any TaskOperator
    let fault: Fault
    private let last = Mixed()

    init(base: any TaskOperator, fault: Fault) {
        self.base = base
        self.fault = fault
    }

    func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        switch fault {
        case .asksTwice:
            _ = try await base.run(part, context: context) { _ in }
        case .givesSome:
            let isFirst = Mutex(true)
            return try await base.run(part, context: context) { item in
                if isFirst.withLock({ value in
                    defer { value = false }; return value
                }) {
                    try await emit(item)
                }
            }
        case .givesUnasked:
            return try await base.run(asking(part, ["Name", "CredentialAward"]), context: context, emit: emit)
        case .givesNothing:
            for path in part.fragmentPaths {
                try await emit(.fragment(Fragment(path: path, content: FragmentContent([]))))
            }
        case .forgetsLearner:
            let count = Tally()
            let report = try await base.run(part, context: context) { item in
                count.add()
                try await emit(item)
            }
            return OperatorReport(learnerKnown: report.learnerKnown && count.count > 0)
        case .knowsEveryone:
            _ = try await base.run(part, context: context, emit: emit)
            return OperatorReport(learnerKnown: true)
        case .mixesLearners:
            return try await base.run(
                asking(part, learner: try await last.learner(after: part.learner)), context: context, emit: emit)
        case .swallowsRefusal:
            return try await base.run(part, context: context) { try? await emit($0) }
        case .asksThoughCancelled:
            // A bare task: it is not cancelled with this one.
            return try await Task { [base] in try await base.run(part, context: context) { _ in } }.value
        case .endsWhenCancelled, .failsWhenCancelled:
            do {
                return try await base.run(part, context: context, emit: emit)
            } catch is CancellationError where fault == .failsWhenCancelled {
                throw LIFError.source(.unreachable, "It was cancelled.", isRetryable: true)
            } catch is CancellationError {
                return OperatorReport(learnerKnown: true)
            }
        case .checksWithLearner, .checksAloud, .checksSilently: break
        default:
            do {
                return try await base.run(part, context: context, emit: emit)
            } catch let error as LIFError {
                return try await failed(error, part, context)
            }
        }
        return try await base.run(part, context: context, emit: emit)
    }

    private func failed(
        _ error: LIFError, _ part: QueryPlanPart, _ context: OperatorContext
    ) async throws -> OperatorReport {
        let reason = error.reason ?? .internal
        switch fault {
        case .neverTriesAgain: throw LIFError.source(reason, error.message)
        case .takesPartForAll: return OperatorReport(learnerKnown: true)
        case .triesGarbageAgain: throw LIFError.source(reason, error.message, isRetryable: true)
        case .blamesSize: throw LIFError.source(.invalidAnswer, error.message)
        case .triesAtOnce: return try await base.run(part, context: context) { _ in }
        case .tellsAnswer: throw error.adding(AdapterConformanceTests.secret)
        case .keepsAnswer:
            throw LIFError.source(
                reason, error.message, cause: LIFError(.internalFault, AdapterConformanceTests.secret))
        case .logsLearner: context.log("No answer about \(part.learner.identifier).")
        case .tellsToken: throw error.adding(AdapterConformanceTests.token)
        case .throwsOther: throw OtherError()
        default: break
        }
        throw error
    }

    func check() async throws -> String {
        let part = asking(
            QueryPlanPart(
                informationSourceID: "source", adapterID: "adapter", learner: .school("learner-100001"),
                fragmentPaths: [], translation: nil), ["Name"])
        switch fault {
        case .checksWithLearner: _ = try await base.run(part, context: OperatorContext()) { _ in }
        case .checksAloud: return "answers to \(AdapterConformanceTests.token)"
        case .checksSilently: return ""
        default: break
        }
        return try await base.check()
    }

    private func asking(
        _ part: QueryPlanPart, _ entities: [String]? = nil, learner: LearnerIdentifier? = nil
    ) -> QueryPlanPart {
        QueryPlanPart(
            informationSourceID: part.informationSourceID, adapterID: part.adapterID, learner: learner ?? part.learner,
            fragmentPaths: entities?.map(FragmentPath.init(entity:)) ?? part.fragmentPaths, translation: nil)
    }

    /// One place for the learner of all fetches.
    private final class Mixed: Sendable {
        private let learner = Mutex<LearnerIdentifier?>(nil)
        private let calls = Tally()

        func learner(after next: LearnerIdentifier) async throws -> LearnerIdentifier {
            learner.withLock { $0 = next }
            calls.add()
            try await calls.wait(for: 2)
            return learner.withLock { $0 } ?? next
        }
    }
}
