import Foundation
import LIFJSON
import LIFModel

/// The LIF data model of `Person` in the folder `shared` beside the checkout.
enum RealDataModel {
    static let file: URL = {
        var url = URL(filePath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.appending(path: "shared/data/schema/lif-person-openapi.json")
    }()

    static var isPresent: Bool { FileManager.default.fileExists(atPath: file.path) }
    static let absence: String = "the folder shared/data beside the checkout is absent"

    static func read() throws -> PersonModel {
        try PersonModel(openAPI: RawJSON(validating: [UInt8](try Data(contentsOf: file))))
    }
}
