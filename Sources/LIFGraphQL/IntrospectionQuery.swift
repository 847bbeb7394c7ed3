/// Introspection queries, from the one that asks for most to one that the oldest and strictest servers answer.
///
/// None asks for what servers added later (`specifiedByURL`, `isRepeatable`, `isOneOf`, deprecation of arguments).
public enum IntrospectionQuery: String, Sendable, Hashable, CaseIterable {
    /// The standard query: descriptions, directives and deprecated fields too.
    case full
    /// The types alone, with `ofType` no deeper than `[Item!]!` needs, for servers that limit a query's depth or size.
    case shallow
    /// The same without `includeDeprecated`, so without deprecated fields.
    case basic

    /// The name of the operation in each of the texts.
    public static let operationName = "IntrospectionQuery"

    /// The document to send.
    public var text: String {
        switch self {
        case .full: Self.fullText
        case .shallow: Self.shortText(arguments: "(includeDeprecated: true)")
        case .basic: Self.shortText(arguments: "")
        }
    }

    private static let fullText = """
        query IntrospectionQuery {
          __schema {
            queryType { name }
            mutationType { name }
            subscriptionType { name }
            types { ...FullType }
            directives { name description locations args { ...InputValue } }
          }
        }
        fragment FullType on __Type {
          kind
          name
          description
          fields(includeDeprecated: true) {
            name
            description
            args { ...InputValue }
            type { ...TypeRef }
            isDeprecated
            deprecationReason
          }
          inputFields { ...InputValue }
          interfaces { ...TypeRef }
          enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
          possibleTypes { ...TypeRef }
        }
        fragment InputValue on __InputValue {
          name
          description
          type { ...TypeRef }
          defaultValue
        }
        fragment TypeRef on __Type {
          kind
          name
          ofType {
            kind name
            ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }
          }
        }
        """

    private static func shortText(arguments: String) -> String {
        """
        query IntrospectionQuery {
          __schema {
            queryType { name }
            types {
              kind
              name
              fields\(arguments) { name args { name type { ...TypeRef } defaultValue } type { ...TypeRef } }
              inputFields { name type { ...TypeRef } defaultValue }
              enumValues\(arguments) { name }
              possibleTypes { name }
            }
          }
        }
        fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
        """
    }
}
