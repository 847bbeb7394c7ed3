import Foundation
import LIFModel

/// Finds what is to be run, before anything is started: what is missing is reported precisely.
enum CommandExecutable {
    /// - Returns: An absolute path.
    ///
    /// - Throws: `OperatorException` with reason `operator-not-found`.
    static func locate(_ executable: String, path: String, workingDirectory: String?) throws(LIFError) -> String {
        if let workingDirectory, state(of: workingDirectory) != .directory {
            throw .notFound(
                "The working directory of the command \"\(executable)\" is not there. Create it, or correct "
                    + "\"working_directory\".")
        }
        guard executable.contains("/") else { return try search(executable, in: path) }
        let file = executable.hasPrefix("/") ? executable : absolute(workingDirectory ?? ".") + "/" + executable
        switch state(of: file) {
        case .executable: return file
        case .absent, .directory:
            throw .notFound("The command \"\(executable)\" is not there. Install it, or correct its path.")
        case .file:
            throw .notFound(
                "The command \"\(executable)\" may not be executed. Give it the permission (chmod +x), or run it with "
                    + "its interpreter.")
        }
    }

    private static func absolute(_ folder: String) -> String {
        folder.hasPrefix("/") ? folder : FileManager.default.currentDirectoryPath + "/" + folder
    }

    private static func search(_ name: String, in path: String) throws(LIFError) -> String {
        var isThere = false
        // Relative entries of a PATH would mean another file in another working directory.
        for directory in path.split(separator: ":") where directory.hasPrefix("/") {
            let file = directory + "/" + name
            switch state(of: file) {
            case .executable: return file
            case .file: isThere = true
            case .absent, .directory: break
            }
        }
        throw .notFound(
            isThere
                ? "The command \"\(name)\" may not be executed. Give it the permission (chmod +x)."
                : "The command \"\(name)\" is in none of the directories of its PATH. Install it, give its whole path, "
                    + "or set PATH in its \"environment\".")
    }

    private enum State { case absent, directory, file, executable }

    private static func state(of path: String) -> State {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return .absent }
        if isDirectory.boolValue { return .directory }
        return FileManager.default.isExecutableFile(atPath: path) ? .executable : .file
    }
}

extension LIFError {
    fileprivate static func notFound(_ message: String) -> LIFError { .source(.operatorNotFound, message) }
}
