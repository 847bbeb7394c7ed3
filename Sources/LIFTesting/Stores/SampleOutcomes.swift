import Foundation
import LIFJSON
import LIFModel
import LIFWorkflow

/// Outcomes and outputs for the suites.
enum SampleOutcomes {
    static func fragments() throws -> [Fragment] {
        let items = try RawJSON(validating: Array(#"[{"a":"\u00e9é\"","n":1.0e2},{"b":[[],{}]}]"#.utf8))
        let scalar = try RawJSON(validating: Array(#"["org1"]"#.utf8))
        return [
            Fragment(
                path: FragmentPath(entity: "Name"), content: FragmentContent(items: items, count: 2, isScalar: false)),
            Fragment(
                path: FragmentPath(entity: "informationSourceId"),
                content: FragmentContent(items: scalar, count: 1, isScalar: true)),
        ]
    }

    static func everyKind() throws -> [Outcome] {
        let data = try fragments()
        let failures =
            Failure.Reason.allCases.map { Failure($0, "It says \"no\".") } + [Failure(.timeout, "late", attempts: 3)]
        return [
            outcome(.data(data), dataTimestamp: Date(timeIntervalSince1970: 1_700_000_000.25)),
            outcome(.data([])), outcome(.empty(learnerKnown: true)), outcome(.empty(learnerKnown: false)),
            outcome(.data(data), failures: pathFailures), outcome(.empty(learnerKnown: true), failures: pathFailures),
        ] + failures.map { outcome(.failed($0)) }
    }

    static func data(bytes: Int) throws -> Outcome {
        // Brackets and quotes are four of them.
        let text = try RawJSON(validating: Array("[\"\(String(repeating: "x", count: bytes - 4))\"]".utf8))
        let content = FragmentContent(items: text, count: 1, isScalar: false)
        return outcome(.data([Fragment(path: FragmentPath(entity: "Name"), content: content)]))
    }

    static func failed(_ message: String = "late") -> Outcome { outcome(.failed(Failure(.timeout, message))) }

    /// Failures at single paths.
    static let pathFailures = [
        FragmentPath(entity: "Contact"): Failure(.sourceError, "It says \"no\"."),
        FragmentPath(entity: "CredentialAward"): Failure(.invalidAnswer, ""),
    ]

    static func outcome(
        _ result: Outcome.Result, dataTimestamp: Date? = nil, failures: [FragmentPath: Failure] = [:]
    ) -> Outcome {
        Outcome(
            result, finishedAt: Date(timeIntervalSince1970: 1_800_000_000.5), duration: .milliseconds(1_234),
            dataTimestamp: dataTimestamp, failures: failures)
    }

    static func everyOutput() throws -> [TaskOutput] {
        let document = try RawJSON(validating: Array(#"{"person":{"n":1.0e2,"a":"\u00e9"}}"#.utf8))
        return [
            TaskOutput(
                .document(document), learnerKnown: true, dataTimestamp: Date(timeIntervalSince1970: 1_700_000_000.25),
                elapsed: .microseconds(1_234_567)),
            TaskOutput(.fragments(try fragments()), learnerKnown: false), TaskOutput(.fragments([])),
            TaskOutput(.fragments(try fragments()), failures: pathFailures),
            TaskOutput(.failed(Failure(.sourceError, "It says \"no\".", attempts: 2)), elapsed: .seconds(3)),
        ]
    }
}
