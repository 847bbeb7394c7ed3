import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization

/// A translator that does what a closure says, and keeps what it was given.
final class ScriptedTranslator: Translator {
    private let work: @Sendable (RawJSON) async throws -> RawJSON
    private let given = Mutex<[(document: RawJSON, translation: Translation, attempt: Int)]>([])

    init(_ work: @escaping @Sendable (RawJSON) async throws -> RawJSON) { self.work = work }

    var calls: [(document: RawJSON, translation: Translation, attempt: Int)] { given.withLock { $0 } }

    func translate(
        _ document: RawJSON, _ translation: Translation, context: OperatorContext
    ) async throws -> RawJSON {
        given.withLock { $0.append((document, translation, context.attempt)) }
        return try await work(document)
    }

    func check() async throws -> String { "The translator answers." }
}

/// A pipeline step that does what a closure says, and counts its calls.
final class ScriptedStep: PipelineStep {
    let name: String
    private let work: @Sendable ([Fragment]) async throws -> [Fragment]
    private let called = Tally()

    init(_ name: String, _ work: @escaping @Sendable ([Fragment]) async throws -> [Fragment]) {
        self.name = name
        self.work = work
    }

    /// Adds a word to each item list, so that the order of steps shows.
    static func adding(_ word: String, named name: String? = nil) -> ScriptedStep {
        ScriptedStep(name ?? word) { fragments in
            fragments.map { fragment in
                var writer = JSONWriter()
                writer.array { writer in
                    for item in fragment.content.items.elements { writer.value(item) }
                    writer.value(word)
                }
                return Fragment(
                    path: fragment.path,
                    content: FragmentContent(
                        items: writer.raw, count: fragment.content.count + 1, isScalar: false))
            }
        }
    }

    var callCount: Int { called.count }

    func waitForCalls(_ count: Int) async throws {
        try await within("\(count) calls of a step") { [called] in try await called.wait(for: count) }
    }

    func process(
        _ fragments: [Fragment], of part: QueryPlanPart, context: OperatorContext
    ) async throws -> [Fragment] {
        called.add()
        return try await work(fragments)
    }
}
