extension GraphQLSelectionBuilder {
    /// The names of an object type's fields of which something can be selected, in the schema's order.
    ///
    /// No selection is written for it, so it takes no longer than the schema is large. A field whose selection would have
    /// too many fields is among them.
    public func selectableFields(of typeName: String) -> [String] {
        guard let type = schema.type(typeName), case .object = type.kind else { return [] }
        let depths = depths(besides: typeName)
        return type.fields.filter { field in
            guard !field.hasRequiredArgument, let target = schema.type(of: field.type) else { return false }
            return target.isLeaf || depths[target.name].map { $0 <= maximumDepth } ?? false
        }.map(\.name)
    }

    /// How many objects, each type's own included, lie on the shortest way from a type to a leaf.
    ///
    /// - Parameter root: The type that no way goes through.
    private func depths(besides root: String) -> [String: Int] {
        var parents: [String: [String]] = [:]
        var depths: [String: Int] = [:]
        var level: [String] = []
        for type in schema.types where type.name != root {
            guard case .object = type.kind else { continue }
            for field in type.fields where !field.hasRequiredArgument {
                guard let target = schema.type(of: field.type) else { continue }
                if !target.isLeaf {
                    parents[target.name, default: []].append(type.name)
                } else if depths.updateValue(1, forKey: type.name) == nil {
                    level.append(type.name)
                }
            }
        }
        for depth in 2...max(2, maximumDepth) {
            var next: [String] = []
            for type in level {
                for parent in parents[type] ?? [] where depths[parent] == nil {
                    depths[parent] = depth
                    next.append(parent)
                }
            }
            level = next
        }
        return depths
    }
}
