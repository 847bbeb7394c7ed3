import CSimulation
@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) import _Concurrency

/// Takes the place of the threads that Swift runs tasks on: each job goes to the machine's one queue, and each sleep to its timers.
///
/// It rests on an interface of the runtime that is not public yet (`ExecutorFactory`, Swift 6.3). Where that changes, only
/// this file does.
final class SimulatedExecutor: TaskExecutor, SchedulingExecutor {
    static let shared = SimulatedExecutor()

    /// To be called before the first task.
    static func takeOver() { _createExecutors(factory: Factory.self) }

    func enqueue(_ job: consuming ExecutorJob) { Machine.shared.enqueue(UnownedJob(job)) }

    func enqueue<C: Clock>(
        _ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C
    ) {
        // Both of Swift's clocks have this duration.
        let delay = delay as? Swift.Duration ?? .zero
        let (seconds, attoseconds) = delay.components
        let nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let length = nanoseconds.overflow ? Int64.max / 4 : nanoseconds.partialValue + attoseconds / 1_000_000_000
        Machine.shared.enqueue(UnownedJob(job), at: simulation_now() + min(length, Int64.max / 4))
    }

    private struct Factory: ExecutorFactory {
        static let mainExecutor: any MainExecutor = SimulatedMainExecutor()
        static var defaultExecutor: any TaskExecutor { shared }
    }
}

/// The main actor's jobs go to the same queue.
private final class SimulatedMainExecutor: MainExecutor {
    func enqueue(_ job: consuming ExecutorJob) { Machine.shared.enqueue(UnownedJob(job)) }
    func run() throws {}
    func stop() {}
}

/// Names the task whose job it is, for as long as the program runs.
///
/// - Returns: `nil` for a job of no task: an actor's turn.
func taskNumber(of job: UnownedJob) -> UInt64? {
    // The lowest eight bits are the kind of job; a task's are zero.
    runtimeJobFlags(job) & 0xFF == 0 ? runtimeTaskNumber(job) : nil
}

@_silgen_name("swift_task_getJobTaskId")
private func runtimeTaskNumber(_ job: UnownedJob) -> UInt64

@_silgen_name("swift_task_getJobFlags")
private func runtimeJobFlags(_ job: UnownedJob) -> UInt32
