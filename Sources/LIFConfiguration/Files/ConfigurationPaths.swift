/// Where a change may be one of a configuration.
public struct ConfigurationPaths: Sendable, Hashable {
    /// The files that were read, and those of secrets, there or not.
    public var files: Set<String>
    /// The folders of the files, and of secrets.
    public var folders: Set<String>

    /// Paths to look at for changes; none unless given.
    public init(files: Set<String> = [], folders: Set<String> = []) {
        self.files = files
        self.folders = folders
    }

    /// The paths of both.
    public func union(_ other: ConfigurationPaths) -> ConfigurationPaths {
        ConfigurationPaths(files: files.union(other.files), folders: folders.union(other.folders))
    }
}
