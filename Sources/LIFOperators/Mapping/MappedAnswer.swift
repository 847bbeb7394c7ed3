import Foundation
import LIFJSON
import LIFModel
import LIFWorkflow

/// A source's answer, read as its configuration says. Values are spliced as they were written.
struct MappedAnswer {
    /// `nil` when there is an explicit nothing (`null` or an empty array) where the data should lie: the learner is not
    /// known.
    let data: RawJSON?
    let dataTimestamp: Date?
    /// Where the configuration says that the age of the data lies, there is something that is no time.
    let hasUnreadableTimestamp: Bool
    /// What the mapping looked for and did not find, for the paths asked so far.
    private(set) var unmatched: [UnmatchedTarget] = []
    private let mapping: AnswerMapping
    private var lookup: AnswerLookup

    /// - Throws: `OperatorException` with reason `invalid-answer` when there is nothing at all where the configuration
    ///   says that the data lies.
    ///
    /// - Parameter columns: Of the table, where the answer is the rows of one.
    init(_ root: RawJSON, mapping: AnswerMapping, columns: Set<String> = []) throws(LIFError) {
        var lookup = AnswerLookup(root: root, columns: columns)
        data = try Self.data(in: &lookup, at: mapping.data)
        var timestamp: RawJSON?
        if let path = mapping.dataTimestamp {
            let found = try lookup.find(path, from: root)
            timestamp = found.value
            if case .absent = found { unmatched = [UnmatchedTarget("data_timestamp", [path])] }
        }
        dataTimestamp = timestamp?.string.flatMap(Date.init(iso8601:))
        hasUnreadableTimestamp = timestamp?.isNull == false && dataTimestamp == nil
        self.lookup = lookup
        self.mapping = mapping
    }

    /// The fragments at the paths asked, in that order; paths with no data are absent.
    ///
    /// - Returns: `nil` when the learner is not known.
    /// - Throws: `OperatorException` with reason `invalid-answer` when a LIF record is expected and there is none;
    ///   `CancellationError`.
    mutating func fragments(at asked: [FragmentPath]) throws -> [Fragment]? {
        guard let data else { return nil }
        guard mapping.fragments != nil else { return try Self.members(of: data, asked) }
        var fragments: [Fragment] = []
        for path in asked {
            guard let entry = mapping.entry(for: path) else { continue }
            let (content, unmatched) = try entry.content(of: data, lookup: &lookup)
            self.unmatched += unmatched
            if let content { fragments.append(Fragment(path: path, content: content)) }
        }
        return fragments
    }

    /// What a LIF record has beside the paths asked; of an answer that is mapped only what is mapped is looked at.
    func leftOut(besides asked: [FragmentPath]) -> [FragmentPath] {
        mapping.fragments == nil ? data?.personOfRecord?.paths(besides: asked) ?? [] : []
    }

    /// The identifiers that the answer has beside the paths asked: they show whose it is. What of them cannot be mapped shows
    /// nothing, as nobody has asked for it.
    mutating func identifiers(besides asked: [FragmentPath]) throws -> [Fragment] {
        guard let data else { return [] }
        guard let mapped = mapping.fragments else { return data.personOfRecord?.identifiers(besides: asked) ?? [] }
        var identifiers: [Fragment] = []
        for entry in mapped where AnsweredLearner.isTold(at: entry.path) {
            if asked.contains(where: { LIFName.matches($0.entity, entry.path.entity) }) { continue }
            do {
                let content = try entry.content(of: data, lookup: &lookup).content
                if let content { identifiers.append(Fragment(path: entry.path, content: content)) }
            } catch is LIFError {
                continue
            }
        }
        return identifiers
    }

    private static func members(of record: RawJSON, _ asked: [FragmentPath]) throws -> [Fragment]? {
        guard let root = record.member(named: "Person") else {
            throw LIFError.source(
                .invalidAnswer,
                "The source's data is no LIF record: it has no \"Person\". Give this source a mapping, or a record.")
        }
        if root.isNull || root == .emptyArray { return nil }
        guard let person = record.personOfRecord else {
            throw LIFError.source(.invalidAnswer, "The source's LIF record has no object under \"Person\".")
        }
        return try asked.compactMap { path in
            try Task.checkCancellation()
            return person.member(named: path.entity).flatMap(FragmentContent.init(member:))
                .map { Fragment(path: path, content: $0) }
        }
    }

    private static func data(in lookup: inout AnswerLookup, at path: AnswerPath) throws(LIFError) -> RawJSON? {
        switch try lookup.find(path, from: lookup.root) {
        case .value(let data): return data == .emptyArray ? nil : data
        case .null, .nothing: return nil
        case .absent, .beyond:
            throw LIFError.source(
                .invalidAnswer,
                "The source's answer has nothing where its data should lie. Check \"data\" of this source.")
        }
    }
}

extension AnswerMapping {
    /// Gives what a source answered to the executor: the whole answer when a Translator makes a record of it, or else the
    /// fragments.
    ///
    /// - Parameter columns: Of the table, where the answer is the rows of one.
    /// - Throws: As `MappedAnswer`, and what `emit` throws.
    func deliver(
        _ answer: RawJSON, for part: QueryPlanPart, columns: Set<String> = [],
        log: @Sendable (String) -> Void = { _ in },
        emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        if part.translation != nil {
            // What it is translated from is the source's own data model, so nothing is cut out of it.
            let whole = try MappedAnswer(answer, mapping: AnswerMapping(dataTimestamp: dataTimestamp))
            if whole.hasUnreadableTimestamp { log(Self.unreadableTimestamp) }
            if let data = whole.data { try await emit(.document(data)) }
            return OperatorReport(
                learnerKnown: whole.data != nil, dataTimestamp: whole.dataTimestamp, unmatched: whole.unmatched)
        }
        var mapped = try MappedAnswer(answer, mapping: self, columns: columns)
        let timestamp = mapped.dataTimestamp
        if mapped.hasUnreadableTimestamp { log(Self.unreadableTimestamp) }
        guard let fragments = try mapped.fragments(at: part.fragmentPaths) else {
            return OperatorReport(learnerKnown: false, dataTimestamp: timestamp)
        }
        let identifiers = try mapped.identifiers(besides: part.fragmentPaths)
        for fragment in fragments + identifiers { try await emit(.fragment(fragment)) }
        return OperatorReport(
            learnerKnown: true, dataTimestamp: timestamp, leftOut: mapped.leftOut(besides: part.fragmentPaths),
            unmatched: mapped.unmatched)
    }

    private static let unreadableTimestamp =
        "What the source's answer has at \"data_timestamp\" is no time as RFC 3339 writes it, so it is not used."
}
