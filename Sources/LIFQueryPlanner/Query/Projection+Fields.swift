import LIFModel

extension Projection {
    /// The projection of fields in canonical spelling, as `CanonicalQuery.selectedFields` gives them.
    init(selecting fields: [String]) {
        self.init(
            fields.compactMap { text in
                guard let field = FieldPath(parsing: text), let entity = field.segments.first else { return nil }
                return (FragmentPath(entity: entity), Array(field.segments.dropFirst()))
            })
    }
}
