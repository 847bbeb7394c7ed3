import Foundation
import ServiceLifecycle

/// Ends a process with the one that started it: standard input is a pipe that the parent holds, and its end is the
/// parent's.
struct ParentWatch: Service {
    func run() async throws {
        let (end, continuation) = AsyncStream.makeStream(of: Void.self)
        // A thread of its own: reading a pipe blocks, and must not block the pool of Swift tasks.
        Thread.detachNewThread {
            while let data = try? FileHandle.standardInput.read(upToCount: 4_096), !data.isEmpty {}
            continuation.finish()
        }
        for await _ in end.cancelOnGracefulShutdown() {}
    }
}
