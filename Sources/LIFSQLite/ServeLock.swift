public import Foundation
public import LIFModel

/// Holds a state folder for one serving process. The operating system lets go of it when the process dies, however it
/// dies.
public final class ServeLock: Sendable {
    private let descriptor: Int32

    /// - Parameter name: What is served; a planner and an orchestrator may share a folder.
    /// - Throws: `LIFError` `ConfigurationNotValid` when another process holds the lock.
    public init(folder: URL, name: String) throws(LIFError) {
        let file = folder.appending(path: "\(name).lock").path
        let descriptor = open(file, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            if descriptor >= 0 { Foundation.close(descriptor) }
            throw LIFError(
                .configurationNotValid,
                "Another process serves the \(name) from this state folder. Stop it, or give this one another \"state_dir\".",
                blame: .us)
        }
        self.descriptor = descriptor
    }

    deinit { Foundation.close(descriptor) }
}
