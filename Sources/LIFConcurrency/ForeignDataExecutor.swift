import Dispatch
import Foundation
import Synchronization

/// Threads for work whose size is decided outside: reading, checking and mapping what sources and neighbours answer.
///
/// A task that prefers this executor runs its steps here, and not on the threads that answer requests: however long a step
/// takes, the server answers meanwhile. The work itself is limited where it is done, and asks for cancellation as it goes.
/// `LargeAnswers` keeps one thread free of large ones.
package final class ForeignDataExecutor: TaskExecutor {
    /// The one of this process.
    package static let shared = ForeignDataExecutor(threads: threads)

    static let threads = max(4, ProcessInfo.processInfo.activeProcessorCount)

    private struct Jobs {
        /// Those before `next` are done.
        var all: [UnownedJob] = []
        var next = 0

        mutating func take() -> UnownedJob? {
            guard next < all.count else { return nil }
            defer {
                next += 1
                if next == all.count {
                    all.removeAll(keepingCapacity: next < 1_024)
                    next = 0
                } else if next >= 1_024 {
                    all.removeFirst(next)
                    next = 0
                }
            }
            return all[next]
        }
    }

    private let jobs = Mutex(Jobs())
    private let waiting = DispatchSemaphore(value: 0)
    private let hasThreads: Bool
    private static let isThreadless = Mutex(false)

    /// For a simulation, in which one thread does everything: no threads are started, and the work is done where all other
    /// tasks run. To be called before there is any.
    package static func runWithoutThreads() { isThreadless.withLock { $0 = true } }

    /// The threads live as long as the process.
    private init(threads: Int) {
        hasThreads = !Self.isThreadless.withLock { $0 }
        guard hasThreads else { return }
        for _ in 0..<threads {
            let thread = Thread { [self] in
                while true {
                    waiting.wait()
                    jobs.withLock { $0.take() }?.runSynchronously(on: asUnownedTaskExecutor())
                }
            }
            // Answers may be nested deep.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Queues a job for the next free thread. Jobs start in the order in which they were queued, and the queue has no limit.
    package func enqueue(_ job: consuming ExecutorJob) {
        guard hasThreads else { return globalConcurrentExecutor.enqueue(job) }
        let job = UnownedJob(job)
        jobs.withLock { $0.all.append(job) }
        waiting.signal()
    }

    /// Does the work, and that of its child tasks, on these threads.
    package static func run<Value, Failure>(
        _ work: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        try await withTaskExecutorPreference(shared, operation: work)
    }
}
