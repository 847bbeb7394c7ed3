import Foundation
import LIFConcurrency
import LIFJSON
import LIFModel
import LIFWorkflow

/// Reads what a command answers to a request for a part's paths: version 1 of the contract in
/// `docs/guides/command-operator.md`. Values are spliced as they were written.
struct CommandAnswer {
    private let part: QueryPlanPart
    private var frames = CommandAnswerFrames()
    private var hasAnswered = false
    private var hasDocument = false
    private var given: Set<FragmentPath> = []
    private var learnerKnown: Bool?
    private var dataTimestamp: Date?
    private var leftOut: [FragmentPath] = []

    init(to part: QueryPlanPart) { self.part = part }

    /// Waits for its place when what is complete now is large, as `LargeAnswers` says; else as the other `take`.
    mutating func take(inPlace bytes: [UInt8]) async throws -> [OperatorItem] {
        try await LargeAnswers.shared.read(frames.pendingBytes + bytes.count, of: part.informationSourceID) {
            try take(bytes)
        }
    }

    /// - Returns: What is complete now; paths with no data are absent. Of a record these are the paths asked; of
    ///   fragments all, and whoever takes them drops those that were not asked for.
    ///
    /// - Throws: `OperatorException` with reason `invalid-answer`.
    mutating func take(_ bytes: [UInt8]) throws(LIFError) -> [OperatorItem] {
        var items: [OperatorItem] = []
        for text in try frames.take(bytes) {
            items += try read(Self.json(text))
        }
        return items
    }

    /// What is reported beside the items, when the command has ended well.
    ///
    /// - Throws: `OperatorException` with reason `invalid-answer`: half an object, nothing at all, or a contradiction.
    func report() throws(LIFError) -> OperatorReport {
        if frames.isInsideObject { throw CommandFailure.invalid("The command's answer ends too early.") }
        if !hasAnswered {
            throw CommandFailure.invalid(
                "The command ended well, but wrote nothing. Where there is no data it writes {\"fragments\":[]}.")
        }
        if learnerKnown == false, !given.isEmpty || hasDocument {
            throw CommandFailure.invalid("The command gave data of a learner whom it says it does not know.")
        }
        return OperatorReport(learnerKnown: learnerKnown ?? true, dataTimestamp: dataTimestamp, leftOut: leftOut)
    }

    /// The exit code has said that the learner is not known.
    func reportUnknown() throws(LIFError) -> OperatorReport {
        var answer = self
        answer.hasAnswered = true
        answer.learnerKnown = false
        return try answer.report()
    }
}

extension CommandAnswer {
    /// Members that are not known are ignored, as later versions of the contract may have them.
    private mutating func read(_ object: RawJSON) throws(LIFError) -> [OperatorItem] {
        let members = Dictionary(object.members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        var items: [OperatorItem] = []
        var isKnown = false
        if let fragments = members["fragments"] {
            isKnown = true
            guard fragments.isArray else { throw CommandFailure.invalid("\"fragments\" of the answer is no array.") }
            for fragment in fragments.elements {
                items += try item(path: fragment["fragment_path"], content: fragment["fragment"])
            }
        }
        if let path = members["fragment_path"] {
            isKnown = true
            items += try item(path: path, content: members["fragment"])
        }
        if let document = members["document"] {
            isKnown = true
            items += try item(document: document)
        }
        if let learner = members["learner_known"] {
            isKnown = true
            learnerKnown = try Self.bool(learner)
        }
        if let timestamp = members["data_timestamp"] {
            isKnown = true
            if !timestamp.isNull { dataTimestamp = try Self.date(timestamp) }
        }
        if !isKnown {
            guard let root = object.member(named: "Person") else {
                throw CommandFailure.invalid("The command's answer has none of the members that one may have.")
            }
            items += try record(object, root: root)
        }
        hasAnswered = true
        return items
    }

    /// A whole record, out of which the paths asked are taken.
    private mutating func record(_ record: RawJSON, root: RawJSON) throws(LIFError) -> [OperatorItem] {
        guard let person = record.personOfRecord else {
            guard root.isNull || root == .emptyArray else {
                throw CommandFailure.invalid("\"Person\" of the answer is neither an object nor an array of one.")
            }
            learnerKnown = learnerKnown ?? false
            return []
        }
        var items: [OperatorItem] = []
        for path in part.fragmentPaths {
            if let value = person.member(named: path.entity) { items += try item(at: path, content: value) }
        }
        leftOut += person.paths(besides: part.fragmentPaths)
        return items + person.identifiers(besides: part.fragmentPaths).map(OperatorItem.fragment)
    }

    private mutating func item(path: RawJSON?, content: RawJSON?) throws(LIFError) -> [OperatorItem] {
        guard let path = path?.string.flatMap(FragmentPath.init(parsing:)) else {
            throw CommandFailure.invalid(
                "A \"fragment_path\" of the answer is not \"Person\" and one member of it, such as \"Person.Name\".")
        }
        guard let content else {
            throw CommandFailure.invalid("The answer has a \"fragment_path\" without \"fragment\".")
        }
        guard let name = LIFName.find(path.entity, among: part.fragmentPaths.map(\.entity)) else {
            let content = FragmentContent(member: content)
            return content.map { [.fragment(Fragment(path: path, content: $0))] } ?? []
        }
        return try item(at: FragmentPath(entity: name), content: content)
    }

    private mutating func item(at path: FragmentPath, content: RawJSON) throws(LIFError) -> [OperatorItem] {
        guard let content = FragmentContent(member: content) else { return [] }
        guard given.insert(path).inserted else {
            throw CommandFailure.invalid("The answer has the path \(path) twice. All its items go into one fragment.")
        }
        return [.fragment(Fragment(path: path, content: content))]
    }

    private mutating func item(document: RawJSON) throws(LIFError) -> [OperatorItem] {
        guard part.translation != nil, !hasDocument else {
            throw CommandFailure.invalid(
                hasDocument
                    ? "The answer has \"document\" twice."
                    : "The answer has a \"document\", but the source is configured without a translation.")
        }
        hasDocument = true
        return [.document(document)]
    }

    private static func json(_ text: [UInt8]) throws(LIFError) -> RawJSON {
        do throws(JSONError) {
            return try RawJSON(validating: text, limits: JSONLimits(maximumBytes: .max))
        } catch {
            throw CommandFailure.notJSON(error)
        }
    }

    private static func bool(_ value: RawJSON) throws(LIFError) -> Bool {
        guard case .bool(let bool) = value.value() else {
            throw CommandFailure.invalid("\"learner_known\" of the answer is neither true nor false.")
        }
        return bool
    }

    private static func date(_ value: RawJSON) throws(LIFError) -> Date {
        guard let date = value.string.flatMap(Date.init(iso8601:)) else {
            throw CommandFailure.invalid("\"data_timestamp\" of the answer is no time as ISO 8601 writes it.")
        }
        return date
    }
}
