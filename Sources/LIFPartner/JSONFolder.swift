import Foundation
import LIFJSON

/// The JSON files of one folder.
enum JSONFolder {
    struct File {
        let name: String
        let raw: RawJSON

        /// The name without `.json`.
        var stem: String { String(name.dropLast(5)) }
    }

    /// Reads every `*.json`, in the order of their names; hidden files are ignored.
    static func read(_ folder: String) throws(PartnerError) -> [File] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw PartnerError("The folder '\(folder)' cannot be read. Give a folder of JSON files.")
        }
        var files: [File] = []
        for name in names.sorted() where name.hasSuffix(".json") && !name.hasPrefix(".") {
            files.append(File(name: name, raw: try file(URL(filePath: folder).appending(path: name), name)))
        }
        guard !files.isEmpty else { throw PartnerError("The folder '\(folder)' holds no JSON files.") }
        return files
    }

    /// Reads one JSON file.
    static func file(_ url: URL, _ name: String) throws(PartnerError) -> RawJSON {
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw PartnerError("The file '\(name)' cannot be read.")
        }
        do {
            return try RawJSON(validating: Array(data))
        } catch {
            throw PartnerError("The file '\(name)' is not JSON: \(error).")
        }
    }
}
