import Foundation
import LIFJSON

/// The JSONPath Compliance Test Suite, in the folder `shared` beside the checkout.
enum ComplianceSuite {
    static let count = 703

    static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/data/jsonpath/cts.json").standardizedFileURL

    static var isPresent: Bool { FileManager.default.fileExists(atPath: file.path) }

    static func tests() throws -> [JSONValue] {
        try JSONParser.parse([UInt8](Data(contentsOf: file)))["tests"]?.array ?? []
    }
}
