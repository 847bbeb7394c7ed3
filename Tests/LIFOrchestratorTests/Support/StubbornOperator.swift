import LIFModel
import LIFTesting
import LIFWorkflow

/// Brings its fragments when the gate opens, also when it is cancelled: what comes late.
final class StubbornOperator: TaskOperator {
    private let fragments: [Fragment]
    private let gate: Gate
    private let started = Tally()

    init(_ fragments: [Fragment], gate: Gate) {
        self.fragments = fragments
        self.gate = gate
    }

    var callCount: Int { started.count }

    func waitForCalls(_ count: Int) async throws {
        try await within("\(count) calls of an operator") { [started] in try await started.wait(for: count) }
    }

    func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        started.add()
        // A bare task: nobody cancels it.
        try await Task { [gate] in try await gate.wait() }.value
        for fragment in fragments where part.fragmentPaths.contains(fragment.path) {
            try await emit(.fragment(fragment))
        }
        return OperatorReport(learnerKnown: true)
    }

    func check() async throws -> String { "" }
}
