public import LIFJSON
public import LIFMetadata
public import LIFModel
import Synchronization

/// A Metadata Repository that answers as a test says, and counts what it is asked.
public final class ScriptedMetadataRepository: MetadataRepository {
    private struct State {
        var models: [String: RawJSON] = [:]
        var groups: [Translation: [Transformation]] = [:]
        var fault: LIFError?
        var asked: [String] = []
    }

    private let state = Mutex(State())
    private let gate: Gate

    /// A repository that has nothing yet.
    ///
    /// - Parameter gate: No request is answered before it is open.
    public init(gate: Gate = Gate(isOpen: true)) { self.gate = gate }

    /// Has a data model from now on.
    public func serve(model: RawJSON, id: String) { state.withLock { $0.models[id] = model } }

    /// Has transformations from now on.
    public func serve(_ group: [Transformation], for pair: Translation) { state.withLock { $0.groups[pair] = group } }

    /// Has every request fail.
    ///
    /// - Parameter fault: Thrown at every request; `nil` to answer again.
    public func fail(_ fault: LIFError?) { state.withLock { $0.fault = fault } }

    /// Each request in the order they came: "17", "26>17".
    public var asked: [String] { state.withLock { $0.asked } }

    /// The model that a test has set, once the gate is open; JSON `null` for an unknown id.
    public func dataModel(id: String) async throws -> RawJSON {
        try await ask(id) { $0.models[id] ?? .null }
    }

    /// The transformations that a test has set, once the gate is open; none for an unknown pair.
    public func transformations(from source: String, to target: String) async throws -> [Transformation] {
        let pair = Translation(sourceSchemaID: source, targetSchemaID: target)
        return try await ask("\(source)>\(target)") { $0.groups[pair] ?? [] }
    }

    private func ask<Value: Sendable>(
        _ what: String, _ answer: @Sendable (borrowing State) -> Value
    ) async throws -> Value {
        state.withLock { $0.asked.append(what) }
        try await gate.wait()
        return try state.withLock { state in
            if let fault = state.fault { throw fault }
            return answer(state)
        }
    }
}
