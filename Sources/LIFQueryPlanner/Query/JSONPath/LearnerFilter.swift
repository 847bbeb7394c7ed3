import JSONPath
import LIFJSON
import LIFModel

/// Reads the learners out of the filter after `$.Person`.
///
/// The filter is brought into a form where each branch is one pair of identifier and type. That can take many steps
/// (`(a || b) && (c || d) && …`), so they are counted.
struct LearnerFilter {
    /// Pairs of branches that may be joined with one another.
    private static let maximumSteps = 1_000_000

    /// What `@` stands for in an expression.
    private enum Scope {
        case person
        /// One entry of the learner's `Identifier`.
        case entry
    }

    let faults: JSONPathFaults
    private var steps = 0

    init(faults: JSONPathFaults) { self.faults = faults }

    /// - Parameter segment: What follows `Person`; several filters in it are alternatives.
    mutating func learners(
        namedBy segment: JSONPathSegment?, after root: JSONPathSegment
    ) throws(LIFError) -> [LearnerIdentifier] {
        var conditions: [LearnerCondition] = []
        let filters = segment.flatMap { $0.kind == .child ? $0.filters : nil } ?? []
        guard let segment, !filters.isEmpty else {
            throw faults.error(
                .queryNotValid, at: segment?.offset ?? root.offset,
                "The query names no learner. Add a filter after Person: "
                    + "[?@.Identifier[?@.identifier=='…' && @.identifierType=='…']].")
        }
        for filter in filters {
            conditions += try self.conditions(filter, .person)
            try checkCount(conditions, at: filter.offset)
        }
        var learners: [LearnerIdentifier] = []
        for condition in conditions { learners.append(try learner(condition, at: segment.offset)) }
        guard !learners.isEmpty else {
            throw faults.error(
                .queryNotValid, at: segment.offset,
                "No learner can fulfil this filter: it asks for different values of the same attribute.")
        }
        return learners
    }

    private func learner(_ condition: LearnerCondition, at offset: Int) throws(LIFError) -> LearnerIdentifier {
        guard let identifier = condition.identifier, let type = condition.identifierType else {
            throw incomplete(at: offset)
        }
        return try LearnerIdentifier(validating: identifier, identifierType: type, code: .queryNotValid)
    }

    // MARK: - Expressions

    /// The branches of an expression, each of which names one learner once the whole is read.
    private mutating func conditions(
        _ expression: JSONPathExpression, _ scope: Scope
    ) throws(LIFError) -> [LearnerCondition] {
        switch expression {
        case .or(let branches):
            var all: [LearnerCondition] = []
            for branch in branches {
                all += try conditions(branch, scope)
                try checkCount(all, at: branch.offset)
            }
            return all
        case .and(let expressions):
            var all = [LearnerCondition()]
            for expression in expressions {
                all = try joined(all, try conditions(expression, scope), scope, at: expression.offset)
            }
            return all
        case .comparison(let comparison): return [try condition(comparison, scope)]
        case .exists(let query): return try conditions(query, scope)
        case .not(let expression):
            throw faults.parametric(at: expression.offset, "A negation does not name a learner.")
        case .function(let call):
            throw faults.parametric(at: call.offset, "A pattern does not name a learner: compare with ==.")
        }
    }

    private mutating func joined(
        _ left: [LearnerCondition], _ right: [LearnerCondition], _ scope: Scope, at offset: Int
    ) throws(LIFError) -> [LearnerCondition] {
        let (product, overflow) = left.count.multipliedReportingOverflow(by: right.count)
        steps += overflow ? Self.maximumSteps : product
        guard steps <= Self.maximumSteps else {
            throw faults.error(
                .queryNotValid, at: offset,
                "The filter is too complex. Write the learners as pairs joined with ||.")
        }
        var all: [LearnerCondition] = []
        for first in left {
            for second in right {
                // At the person's level two tests may be about two entries of Identifier.
                let isFirst = first.identifier == nil && first.identifierType == nil
                guard !second.isClosed && !first.isClosed || isFirst else { throw several(at: offset) }
                if isFirst {
                    all.append(second)
                } else if let both = first.and(second) {
                    all.append(both)
                } else if scope == .person {
                    throw several(at: offset)
                }
            }
            try checkCount(all, at: offset)
        }
        return all
    }

    /// `@.identifier=='…'`, or at the person's level `@.Identifier.identifier=='…'`; also the other way round.
    private func condition(_ comparison: JSONPathComparison, _ scope: Scope) throws(LIFError) -> LearnerCondition {
        let value: String
        let query: JSONPathFilterQuery
        switch (comparison.left, comparison.right) {
        case (.query(let left), .literal(let right)), (.literal(let right), .query(let left)):
            guard let name = attribute(left, scope) else {
                throw faults.parametric(
                    at: left.offset, "Only \"identifier\" and \"identifierType\" of Identifier can be compared.")
            }
            guard comparison.operator == .equal else {
                throw faults.parametric(at: comparison.offset, "Only == names a learner.")
            }
            guard let text = right.string else {
                throw faults.error(
                    .queryNotValid, at: comparison.offset, "\"\(name)\" must be compared with a string in quotes.")
            }
            (query, value) = (left, text)
        case (.literal, .literal):
            throw faults.error(
                .queryNotValid, at: comparison.offset, "Two literals are compared: this names no learner.")
        default:
            throw faults.parametric(at: comparison.offset, "Only a comparison with a literal names a learner.")
        }
        return attribute(query, scope) == "identifier"
            ? LearnerCondition(identifier: value) : LearnerCondition(identifierType: value)
    }

    /// Which of the two attributes of an identifier a query means.
    private func attribute(_ query: JSONPathFilterQuery, _ scope: Scope) -> String? {
        guard query.origin == .current else { return nil }
        var segments = query.segments[...]
        if scope == .person {
            guard let first = segments.popFirst()?.name, LIFName.matches(first, "Identifier") else { return nil }
        }
        guard segments.count == 1, let name = segments.first?.name else { return nil }
        return ["identifier", "identifierType"].first { LIFName.matches(name, $0) }
    }

    /// `@.Identifier[?…]`.
    private mutating func conditions(
        _ query: JSONPathFilterQuery, _ scope: Scope
    ) throws(LIFError) -> [LearnerCondition] {
        guard scope == .person, query.origin == .current, query.segments.count == 2,
            let name = query.segments[0].name, LIFName.matches(name, "Identifier"),
            query.segments[1].kind == .child, let filters = query.segments[1].filters
        else {
            throw faults.parametric(
                at: query.offset, "A learner is named by @.Identifier[?@.identifier=='…' && @.identifierType=='…'].")
        }
        var all: [LearnerCondition] = []
        for filter in filters {
            for var condition in try conditions(filter, .entry) {
                guard condition.identifier != nil, condition.identifierType != nil else {
                    throw incomplete(at: filter.offset)
                }
                condition.isClosed = true
                all.append(condition)
            }
            try checkCount(all, at: filter.offset)
        }
        return all
    }

    // MARK: - Faults

    private func checkCount(_ conditions: [LearnerCondition], at offset: Int) throws(LIFError) {
        guard conditions.count > LIFQuery.maximumJSONPathLearners else { return }
        throw faults.error(
            .queryNotValid, at: offset,
            "The query names more than \(LIFQuery.maximumJSONPathLearners) learners. Ask for them in several queries.")
    }

    private func incomplete(at offset: Int) -> LIFError {
        faults.error(
            .queryNotValid, at: offset,
            "A learner needs both \"identifier\" and \"identifierType\", joined with &&.")
    }

    private func several(at offset: Int) -> LIFError {
        faults.error(
            .notSupportedYet, at: offset,
            "Asking for a learner with several identifiers at once is not answered by this version. "
                + "Name each learner by one identifier, and join learners with ||.")
    }
}

extension JSONPathSegment {
    /// The filters, when it has nothing else.
    fileprivate var filters: [JSONPathExpression]? {
        var filters: [JSONPathExpression] = []
        for selector in selectors {
            guard case .filter(let expression) = selector else { return nil }
            filters.append(expression)
        }
        return filters
    }
}
