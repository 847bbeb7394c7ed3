/// Where something stands: `lif.yaml:12:5`, or `environment` for a variable.
package struct Place: Sendable, Hashable, CustomStringConvertible {
    package var file: String
    package var line: Int?
    package var column: Int?

    package init(file: String, line: Int? = nil, column: Int? = nil) {
        self.file = file
        self.line = line
        self.column = column
    }

    package static let environment = Place(file: "environment")
    /// A credential that a secret source gave.
    package static let secrets = Place(file: "secrets")

    package var description: String {
        ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":")
    }
}
