/// The standard introspection query, in the form that every server since 2016 understands.
///
/// It asks for deprecated fields and enum values too, and leaves out what servers added later (`specifiedByURL`,
/// `isRepeatable`, deprecation of arguments).
public enum IntrospectionQuery {
    public static let operationName = "IntrospectionQuery"

    public static let text = """
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
}
