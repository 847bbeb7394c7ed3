import Foundation
import LIFJSON
import LIFPartner

/// The example data of the checkout, and the public data beside it where that is present.
enum TestData {
    private static let checkout = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let examples = checkout.appending(path: "Examples")
    private static let shared = checkout.deletingLastPathComponent().appending(path: "shared/data")

    static let organisations = ["org1", "org2", "org3"]

    static func exampleFolder(_ organisation: String) -> String {
        examples.appending(path: "three-organisations/\(organisation)").path(percentEncoded: false)
    }

    static func sharedFolder(_ organisation: String) -> String {
        shared.appending(path: "three-organisations/\(organisation)").path(percentEncoded: false)
    }

    static var hrFolder: String { examples.appending(path: "hr").path(percentEncoded: false) }

    static var sharedModelFile: String {
        shared.appending(path: "schema/lif-person-openapi.json").path(percentEncoded: false)
    }

    static var isSharedPresent: Bool { FileManager.default.fileExists(atPath: sharedFolder("org1")) }

    static func exampleModel() throws -> PartnerDataModel {
        try PartnerDataModel(file: examples.appending(path: "model/person.json").path(percentEncoded: false))
    }

    /// Records out of one text per person.
    static func records(_ people: String...) throws -> PartnerRecords {
        try PartnerRecords(
            records: try people.enumerated().map {
                ("record \($0.offset)", ["Person": [try JSONParser.parse($0.element)]])
            })
    }

    /// Makes a folder with files, and removes it after use.
    static func withFolder<Result>(
        _ files: [String: String], _ body: (String) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lif-partner-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        return try await body(folder.path(percentEncoded: false))
    }
}
