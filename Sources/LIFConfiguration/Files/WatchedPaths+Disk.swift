import Foundation

extension WatchedPaths {
    /// With the links as they are now.
    ///
    /// - Parameters:
    ///   - files: Paths of files, whether they exist or not.
    ///   - folders: Paths of folders in which each name matters.
    public init(files: Set<String>, folders: Set<String>) {
        self.init(
            files: files, folders: folders,
            target: { try? FileManager.default.destinationOfSymbolicLink(atPath: $0) })
    }
}
