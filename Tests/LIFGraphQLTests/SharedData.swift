import Foundation
import LIFGraphQL
import LIFJSON

/// The public test data beside the checkout; tests that need it are skipped where it is absent.
enum SharedData {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/data")

    static let introspectionURL = folder.appending(path: "partner-lif-api/introspection.json")
    static let transcriptsURL = folder.appending(path: "partner-lif-api/transcripts.md")

    static var isPresent: Bool { FileManager.default.fileExists(atPath: introspectionURL.path(percentEncoded: false)) }

    static func deployedSchema() throws -> GraphQLSchema {
        let bytes = try [UInt8](Data(contentsOf: introspectionURL))
        return try GraphQLSchema(introspection: try JSONParser.parse(bytes))
    }
}
