import LIFGraphQL

/// Collects the types of a partner's schema while it walks over data and model together.
struct PartnerSchemaBuilder {
    private(set) var types: [GraphQLType] = []
    private var names: Set<String> = [
        "Query", "PersonInput", "PersonIdentifierInput", "PersonIdentifierType", "JSON", "String", "Int", "Float",
        "Boolean", "ID",
    ]

    private typealias Node = PartnerDataModel.Node

    /// Adds an object type; adds nothing and gives `false` when it would have no field, or, except at the root, when
    /// a member's name would get lost.
    mutating func object(
        _ name: String, _ observed: ObservedShape?, _ model: PartnerDataModel.Node?, isRoot: Bool = false
    ) -> Bool {
        if let observed, observed.unspeakableMembers, !isRoot { return false }
        names.insert(name)
        var described: [String: Node] = [:]
        var order: [String] = []
        if case .object(let members) = model?.kind {
            for member in members
            where member.name.isGraphQLName && !member.name.hasPrefix("__") && described[member.name] == nil {
                described[member.name] = member.node
                order.append(member.name)
            }
        }
        order += (observed?.memberNames ?? []).filter { described[$0] == nil }
        // The type's place is before those of its fields, as a reader expects it.
        let place = types.count
        var fields: [GraphQLField] = []
        for member in order {
            let node = described[member]
            fields.append(
                GraphQLField(
                    member, type(of: member, in: name, observed?.member(member), node),
                    description: node?.description))
        }
        if fields.isEmpty { return false }
        types.insert(.object(name, description: model?.description, fields: fields), at: place)
        return true
    }

    /// The type of a member: that of the data where there is some, else that of the model.
    private mutating func type(
        of member: String, in parent: String, _ observed: ObservedShape?, _ model: Node?
    ) -> GraphQLTypeReference {
        guard let observed, !observed.isEmpty else {
            guard let model else { return anyJSON() }
            guard model.isList else { return named(member, in: parent, nil, model, isElement: false) }
            return .list(.nonNull(named(member, in: parent, nil, model, isElement: true)))
        }
        guard observed.kindCount == 1 else { return anyJSON() }
        guard observed.lists else { return named(member, in: parent, observed, model, isElement: false) }
        let element = observed.element.first
        let inner: GraphQLTypeReference
        if let element, element.lists {
            // Lists in lists: the model cannot describe those.
            inner = element.kindCount == 1 ? type(of: member, in: parent, element, nil) : anyJSON()
        } else if let element, element.kindCount > 1 {
            inner = anyJSON()
        } else {
            inner = named(member, in: parent, element, model, isElement: true)
        }
        return .list(observed.nullElements ? inner : .nonNull(inner))
    }

    /// The type of one value that is no list.
    private mutating func named(
        _ member: String, in parent: String, _ observed: ObservedShape?, _ model: Node?, isElement: Bool
    ) -> GraphQLTypeReference {
        if let observed, !observed.isEmpty, !observed.objects {
            if observed.strings { return .named("String") }
            if observed.booleans { return .named("Boolean") }
            return .named(observed.numbers ? "Float" : "Int")
        }
        let isObject: Bool
        if observed?.objects == true {
            isObject = true
        } else if case .object = model?.kind {
            isObject = true
        } else {
            isObject = false
        }
        if isObject {
            let name = unusedName(parent + capitalized(member) + (isElement ? "Item" : ""))
            return object(name, observed, model) ? .named(name) : anyJSON()
        }
        switch model?.kind {
        case .string: return .named("String")
        case .number: return .named("Float")
        case .integer: return .named("Int")
        case .boolean: return .named("Boolean")
        case .object, .unknown, nil: return anyJSON()
        }
    }

    private mutating func anyJSON() -> GraphQLTypeReference {
        if !types.contains(where: { $0.name == "JSON" }) {
            types.append(.scalar("JSON", description: "Any JSON, passed on as it is."))
        }
        return .named("JSON")
    }

    /// `CredentialAward` becomes `Credentialaward`, as in deployed schemas.
    private func capitalized(_ name: String) -> String { name.prefix(1).uppercased() + name.dropFirst().lowercased() }

    /// Two members that differ in case only would get one name.
    private func unusedName(_ name: String) -> String {
        guard names.contains(name) else { return name }
        var number = 2
        while names.contains("\(name)\(number)") { number += 1 }
        return "\(name)\(number)"
    }
}
