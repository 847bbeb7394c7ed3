import LIFJSON

/// A request made ready: fragments put in place, directives decided, arguments coerced, equal response keys merged.
/// Since objects have no subtypes here, one plan fits every object of a type.
struct GraphQLPlan: Sendable {
    struct Field: Sendable {
        /// The member's name in the answer.
        let key: String
        let name: String
        let parentType: String
        let arguments: JSONObject
        let shape: Shape
        let location: GraphQLError.Location
        /// What is selected of the object, or of each object in the list.
        let children: [Field]
    }

    /// How a field's value is completed.
    indirect enum Shape: Sendable {
        case builtIn(GraphQLBuiltInScalar)
        case anyJSON
        case enumeration(name: String, values: Set<String>)
        case object(String)
        case list(Shape)
        case nonNull(Shape)

        var isNonNull: Bool {
            if case .nonNull = self { true } else { false }
        }
    }

    let fields: [Field]
}
