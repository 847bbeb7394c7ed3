import LIFJSON

/// One error of a request, as the `errors` member of an answer holds it (GraphQL, October 2021, section 7.1.2).
///
/// The message names types, fields and variables; it never repeats a string or number that the client sent or that a
/// record holds, because those may be a learner's.
public struct GraphQLError: Error, Sendable, Hashable {
    /// A place in the document; line and column count from one, columns in Unicode scalars.
    public struct Location: Sendable, Hashable {
        /// The line, from 1.
        public let line: Int
        /// The column, from 1, in Unicode scalars.
        public let column: Int

        /// A place by its line and column.
        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    /// One step from the root of the answer to the field that failed.
    public enum PathElement: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    /// What is wrong, in a sentence that repeats no value.
    public let message: String
    /// The places in the document that the error is about; may be empty.
    public let locations: [Location]
    /// `nil` for an error of the request, which belongs to no field.
    public let path: [PathElement]?

    /// An error of the request, or with a path that of a field. The message must repeat no value.
    public init(_ message: String, locations: [Location] = [], path: [PathElement]? = nil) {
        self.message = message
        self.locations = locations
        self.path = path
    }

    init(_ message: String, at location: Location) {
        self.init(message, locations: [location])
    }

    static func syntax(_ message: String, at location: Location) -> GraphQLError {
        GraphQLError("Syntax Error: \(message)", at: location)
    }
}

extension GraphQLError: CustomStringConvertible {
    /// The message with its places; the path is left out.
    public var description: String {
        let places = locations.map { "line \($0.line), column \($0.column)" }.joined(separator: "; ")
        return places.isEmpty ? message : "\(message) (\(places))"
    }
}

extension GraphQLError {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("message", message)
            if !locations.isEmpty {
                writer.name("locations")
                writer.array { writer in
                    for location in locations {
                        writer.object { writer in
                            writer.member("line", location.line)
                            writer.member("column", location.column)
                        }
                    }
                }
            }
            if let path {
                writer.name("path")
                writer.array { writer in
                    for element in path {
                        switch element {
                        case .key(let key): writer.value(key)
                        case .index(let index): writer.value(index)
                        }
                    }
                }
            }
        }
    }
}
