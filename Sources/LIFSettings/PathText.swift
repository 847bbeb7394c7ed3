/// Paths that configuration files name.
package enum PathText {
    /// From the folder of the file that names it, unless it is absolute.
    package static func path(_ path: String, besides file: String?) -> String {
        guard !path.hasPrefix("/"), let file, let slash = file.lastIndex(of: "/") else { return path }
        return path == "." ? folder(of: file) : file[...slash] + path
    }

    /// The folder of a file, `.` for the current one.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
