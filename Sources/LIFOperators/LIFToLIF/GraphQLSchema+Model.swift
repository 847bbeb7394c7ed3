import LIFGraphQL
import LIFModel

extension GraphQLSchema {
    /// The schema of a partner that has our data model, as far as a selection needs it: what has members is an object, and
    /// all else a scalar.
    ///
    /// - Throws: `GraphQLError` when the model is of no use for it.
    init(_ model: PersonModel) throws(GraphQLError) {
        var types = ModelTypes()
        guard types.add(model.person, name: "Person") else {
            throw GraphQLError("The data model knows no member of Person.")
        }
        let filter = GraphQLInputValue("filter", .named("Filter"))
        try self.init(
            query: "Query",
            types: [
                .object("Query", fields: [GraphQLField("person", .list(.named("Person")), arguments: [filter])]),
                .inputObject("Filter", fields: [GraphQLInputValue("Identifier", .named("Any"))]), .scalar("Any"),
            ] + types.all)
    }
}

/// The types of a model: one for each place, because the model knows no types.
private struct ModelTypes {
    private(set) var all: [GraphQLType] = []

    /// - Returns: Whether the node is an object: without members it is a scalar.
    mutating func add(_ node: PersonModel.Node, name: String) -> Bool {
        var fields: [GraphQLField] = []
        var seen: Set<String> = []
        for member in node.members {
            let field = GraphQLName.field(member.name)
            guard field.isGraphQLName, seen.insert(field).inserted else { continue }
            let type = "\(name)_\(field)"
            // Of one that may have more than the model lists, a selection would fetch a part, and it would count as the whole.
            let isListed = !member.node.isOpen && add(member.node, name: type)
            fields.append(GraphQLField(field, .named(isListed ? type : "Any")))
        }
        if fields.isEmpty { return false }
        all.append(.object(name, fields: fields))
        return true
    }
}
