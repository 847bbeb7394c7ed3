import Foundation
import LIFJSON

/// The folder `shared/data` beside the checkout; absent on machines that have only the checkout.
enum SharedData {
    static let folder: URL = {
        var url = URL(filePath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.appending(path: "shared/data")
    }()

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }
    static let absence = "the folder shared/data beside the checkout is absent"

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }

    static func json(_ path: String) throws -> RawJSON { try RawJSON(validating: bytes(path)) }

    /// The one person of each record file of an organisation.
    static func persons(of organisation: String) throws -> [RawJSON] {
        let folder = folder.appending(path: "three-organisations/\(organisation)")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
            .sorted()
            .compactMap { try json("three-organisations/\(organisation)/\($0)")["Person"]?.elements.first }
    }

    /// The number that a person has as a student.
    static func schoolNumber(of person: RawJSON) -> String? {
        let identifiers = person["Identifier"]?.elements ?? []
        return identifiers.first { $0["identifierType"]?.string == "SCHOOL_ASSIGNED_NUMBER" }?["identifier"]?.string
    }
}
