import JSONPath
import LIFModel

/// Reads the selected fields out of the segments after a query's filter.
struct JSONPathFields {
    let faults: JSONPathFaults

    /// As `selected_fields` has them; empty for the entire record.
    func fields(_ segments: ArraySlice<JSONPathSegment>) throws(LIFError) -> [String] {
        if let all = segments.first(where: { $0.kind == .descendant }) {
            throw unsupported(all, "A search at all depths (..) is not answered by this version.")
        }
        if let first = segments.first, first.isWildcard {
            // `.*` after the filter is the entire record.
            guard segments.allSatisfy(\.isWildcard) else {
                throw unsupported(first, "A wildcard in place of a fragment's name is not answered by this version.")
            }
            return []
        }
        guard !segments.isEmpty else { return [] }
        var fields = ["Person"]
        // Behind a name, a wildcard steps into the elements of an array: this is structure only.
        for segment in segments where !segment.isWildcard {
            fields = try extended(fields, by: try names(segment), at: segment)
        }
        return fields
    }

    private func names(_ segment: JSONPathSegment) throws(LIFError) -> [String] {
        var names: [String] = []
        for selector in segment.selectors {
            switch selector {
            case .name(let name):
                // A selected field is written with dots: no name that has one can be asked for.
                guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: ".")) else {
                    throw faults.error(
                        .learnerDataNotFound, at: segment.offset,
                        "A name is empty or has a dot in it. No member of the data model has such a name.")
                }
                names.append(name)
            case .wildcard:
                throw unsupported(segment, "A wildcard beside names is not answered by this version.")
            case .index, .slice:
                throw unsupported(segment, "Indexes and slices are not answered by this version.")
            case .filter:
                throw faults.parametric(at: segment.offset, "A second filter does not name a learner.")
            }
        }
        return names
    }

    private func extended(
        _ fields: [String], by names: [String], at segment: JSONPathSegment
    ) throws(LIFError) -> [String] {
        let (count, overflow) = fields.count.multipliedReportingOverflow(by: names.count)
        guard !overflow, count <= CanonicalQuery.maximumFields else {
            throw faults.error(
                .queryNotValid, at: segment.offset,
                "The query selects more than \(CanonicalQuery.maximumFields) fields.")
        }
        let result = fields.flatMap { field in names.map { "\(field).\($0)" } }
        guard result.allSatisfy({ $0.utf8.count <= CanonicalQuery.maximumFieldBytes }) else {
            throw faults.error(
                .queryNotValid, at: segment.offset,
                "A selected field is longer than \(CanonicalQuery.maximumFieldBytes) bytes.")
        }
        return result
    }

    private func unsupported(_ segment: JSONPathSegment, _ what: String) -> LIFError {
        faults.error(.notSupportedYet, at: segment.offset, "\(what) Name the fields, such as .Name.firstName.")
    }
}

extension JSONPathSegment {
    fileprivate var isWildcard: Bool {
        guard selectors.count == 1, case .wildcard = selectors[0] else { return false }
        return true
    }
}
