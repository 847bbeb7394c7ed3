extension GraphQLValidator {
    /// The type a fragment applies to; reports one that is unknown or has no fields.
    mutating func conditionType(_ condition: GraphQLSyntax.Name, of fragment: String?) -> GraphQLType? {
        guard let type = schema.type(condition.text) else {
            reportUnknownType(condition.text, at: condition.location)
            return nil
        }
        guard type.isComposite else {
            let subject = fragment.map { "Fragment '\($0)'" } ?? "Fragment"
            report("\(subject) cannot condition on non composite type '\(type.name)'.", at: condition.location)
            return nil
        }
        return type
    }

    /// Reports a fragment that can never apply to objects of the type it stands in (section 5.5.2.3).
    mutating func validateSpread(
        of fragment: String?, on condition: GraphQLType, in parent: GraphQLType, at location: GraphQLError.Location
    ) {
        guard Set(condition.possibleTypes).isDisjoint(with: parent.possibleTypes) else { return }
        let subject = fragment.map { "Fragment '\($0)'" } ?? "Fragment"
        report(
            "\(subject) cannot be spread here as objects of type '\(parent.name)' can never be of type "
                + "'\(condition.name)'.", at: location)
    }

    /// Reports each fragment that spreads itself, through others or not (section 5.5.2.2).
    mutating func validateCycles(_ usages: [String: DefinitionUsage]) {
        var finished: Set<String> = []
        for fragment in document.fragments where !finished.contains(fragment.name.text) {
            // Depth first without recursion: a chain of fragments may be as long as the document allows.
            var path: [(name: String, spreads: ArraySlice<GraphQLSyntax.Spread>)] = []
            var onPath: [String: Int] = [:]
            func open(_ name: String) {
                onPath[name] = path.count
                path.append((name, (usages[name]?.spreads ?? [])[...]))
            }
            open(fragment.name.text)
            while let top = path.last {
                guard let spread = top.spreads.first else {
                    finished.insert(top.name)
                    onPath[top.name] = nil
                    path.removeLast()
                    continue
                }
                path[path.count - 1].spreads.removeFirst()
                let name = spread.name.text
                if let start = onPath[name] {
                    let via = path[(start + 1)...].map { "'\($0.name)'" }.joined(separator: ", ")
                    report(
                        "Cannot spread fragment '\(name)' within itself\(via.isEmpty ? "" : " via \(via)").",
                        at: spread.location)
                } else if !finished.contains(name) {
                    open(name)
                }
            }
        }
    }
}
