import LIFModel

/// What of a mapping shapes the data. Origins are kept in stores: these texts must not change.
extension AnswerMapping {
    /// The fragments, one text for each.
    var origin: [String] { (fragments ?? []).map(\.origin) }
}

extension FragmentMapping {
    var origin: String {
        [path.description, from.origin, fields.map(Self.origin) ?? "*"].joined(separator: "\u{1F}")
    }

    private static func origin(_ fields: [Field]) -> String {
        fields.map(origin).joined(separator: "\u{1E}")
    }

    private static func origin(_ field: Field) -> String {
        switch field.source {
        case .paths(let paths): "\(field.name)<\(paths.map(\.origin).joined(separator: "|"))"
        case .constant(let value): "\(field.name)=\(value)"
        case .object(let fields, let isList): "\(field.name)\(isList ? "[]" : ""){\(origin(fields))}"
        case .items(let from, let fields, let isList):
            "\(field.name)\(isList ? "[]" : "")<\(from.origin){\(origin(fields))}"
        }
    }
}

extension AnswerPath {
    /// A JSONPath is set apart from a dot path.
    var origin: String { (isJSONPath ? "?" : "") + (takesFirst ? "1" : "") + description }
}
