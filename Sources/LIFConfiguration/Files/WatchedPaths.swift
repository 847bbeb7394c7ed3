/// Where changes of the configuration's files can be seen: in each folder on the way to them, through every link. Pure.
public struct WatchedPaths: Equatable, Sendable {
    /// More links than any system follows on the way to one file.
    private static let maximumLinks = 40

    /// By folder, the names that matter there; `nil` for all of them.
    public private(set) var names: [String: Set<String>?] = [:]
    /// The files themselves, without a link on their way. One that is mounted into its folder, or has a second name in another
    /// one, is written without a change in this folder.
    public private(set) var files: Set<String> = []

    /// - Parameters:
    ///   - files: Paths of files, whether they exist or not.
    ///   - folders: Paths of folders in which each name matters.
    ///   - target: What a path points to that is a link; `nil` for any other path.
    init(files: Set<String>, folders: Set<String>, target: (String) -> String?) {
        for folder in folders { names[follow(folder, target)] = .some(nil) }
        for file in files { self.files.insert(follow(file, target)) }
    }

    /// Whether a change of that name in that folder may be one of the configuration.
    public func concerns(_ name: String, in folder: String) -> Bool {
        guard let names = names[folder] else { return false }
        return names?.contains(name) ?? true
    }

    /// - Returns: The path without a link in it.
    private mutating func follow(_ path: String, _ target: (String) -> String?) -> String {
        var rest = Self.steps(path)
        var current = path.hasPrefix("/") ? "/" : "."
        var links = 0
        while let name = rest.popLast() {
            if name == ".." {
                current = Self.join(current, "..")
                continue
            }
            add(name, in: current)
            let next = Self.join(current, name)
            guard links < Self.maximumLinks, let link = target(next) else {
                current = next
                continue
            }
            links += 1
            rest += Self.steps(link)
            if link.hasPrefix("/") { current = "/" }
        }
        return current
    }

    private mutating func add(_ name: String, in folder: String) {
        // All names matter already.
        if case .some(.none) = names[folder] { return }
        names[folder] = (names[folder] ?? [])?.union([name])
    }

    /// The names on the way, the first one last.
    private static func steps(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.map(String.init).reversed()
    }

    private static func join(_ folder: String, _ name: String) -> String {
        folder == "/" ? "/" + name : folder == "." ? name : folder + "/" + name
    }
}
