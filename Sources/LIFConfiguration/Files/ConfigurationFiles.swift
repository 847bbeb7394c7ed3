import Foundation

/// Where the text of configuration files comes from.
struct ConfigurationFiles: Sendable {
    struct Problem: Error {
        /// What is to be said after "the file".
        let reason: String
    }

    let read: @Sendable (_ path: String) throws(Problem) -> String

    static let disk = ConfigurationFiles { (path) throws(Problem) in
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Problem(reason: "does not exist")
        }
        if isFolder.boolValue { throw Problem(reason: "is a folder") }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Problem(reason: "cannot be read; check who may read it")
        }
        guard data.count <= 4 << 20 else { throw Problem(reason: "is longer than 4 MiB") }
        guard let text = String(bytes: data, encoding: .utf8) else { throw Problem(reason: "is not UTF-8") }
        return text
    }
}
