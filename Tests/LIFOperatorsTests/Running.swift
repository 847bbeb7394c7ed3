import LIFHTTP
import LIFJSON
import LIFModel
import LIFWorkflow
import Synchronization
import Testing

/// What one run of an operator gave.
struct Running {
    let items: [OperatorItem]
    let report: OperatorReport

    var fragments: [Fragment] {
        items.compactMap { if case .fragment(let fragment) = $0 { fragment } else { nil } }
    }

    var documents: [RawJSON] {
        items.compactMap { if case .document(let document) = $0 { document } else { nil } }
    }

    /// The items at a path, as text.
    subscript(entity: String) -> String? { fragments.first { $0.path.entity == entity }?.content.items.text }

    static func of(
        _ operation: any TaskOperator, learner: LearnerIdentifier = .known, paths: [String],
        translation: Translation? = nil
    ) async throws -> Running {
        let part = QueryPlanPart(
            informationSourceID: "source", adapterID: "adapter", learner: learner,
            fragmentPaths: paths.map(FragmentPath.init(entity:)), translation: translation)
        let items = Mutex<[OperatorItem]>([])
        let report = try await operation.run(part, context: OperatorContext()) { item in
            items.withLock { $0.append(item) }
        }
        return Running(items: items.withLock { $0 }, report: report)
    }

    /// The reason at each path that failed.
    var failures: [String: Failure.Reason] {
        Dictionary(uniqueKeysWithValues: report.failures.map { ($0.key.entity, $0.value.reason) })
    }

    /// Expects the run to fail, and gives its error.
    static func failure(
        of operation: any TaskOperator, learner: LearnerIdentifier = .known, paths: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> LIFError {
        let error = await #expect(throws: LIFError.self, sourceLocation: sourceLocation) {
            _ = try await of(operation, learner: learner, paths: paths)
        }
        let found = try #require(error, sourceLocation: sourceLocation)
        #expect(found.code == .operatorException, sourceLocation: sourceLocation)
        return found
    }
}

extension Translation {
    static let some = Translation(sourceSchemaID: "26", targetSchemaID: "17")
}

extension LearnerIdentifier {
    static let known = LearnerIdentifier(identifier: "100001", identifierType: "SCHOOL_ASSIGNED_NUMBER")

    static func school(_ identifier: String) -> LearnerIdentifier {
        LearnerIdentifier(identifier: identifier, identifierType: "SCHOOL_ASSIGNED_NUMBER")
    }
}

/// Identifiers that would do harm where they were not encoded.
let hardIdentifiers = [
    "a/b?c#d\"e", "..%2f..", "x y&z=1;", "\\\"}) { __typename } #", "ÅñØ–学生🎓", "e\u{301}", "sha256$0f9c8a",
    "SVU-20250001", "a+b%41", "{identifier}", "../admin", "'; drop", String(repeating: "x", count: 1_024),
]
