import CSimulation
import LIFTesting
import Synchronization

/// Names a process of the simulation. A task belongs to the process that has made it.
typealias ProcessNumber = Int

/// One machine with one processor: runs the jobs of all simulated processes one at a time, in an order that the seed picks, and
/// moves the clock on when nothing else is to be done.
///
/// A process can be stopped and continued, as by SIGSTOP, and killed: its jobs then never run, at whatever point it was.
final class Machine: Sendable {
    static let shared = Machine()
    /// Clients, sources, and whoever makes the faults: never stopped.
    static let outside: ProcessNumber = 0

    /// Which of the jobs that could run does.
    enum Order: CaseIterable, Sendable {
        case any
        case oldest
        case newest
    }

    /// Why nothing runs any more.
    enum Halt: Error {
        /// Nothing can run, and no clock will change that.
        case nothingToDo
        /// Jobs run without end, and no time goes by.
        case noProgress
    }

    fileprivate struct Timer {
        let time: Int64
        let number: Int
        let job: UnownedJob
    }

    fileprivate struct State {
        var ready: [(job: UnownedJob, process: ProcessNumber)] = []
        var timers: [Timer] = []
        var lastTimer = 0
        var owners: [UInt64: ProcessNumber] = [:]
        var current: ProcessNumber = Machine.outside
        var stopped: [ProcessNumber: [UnownedJob]] = [:]
        var killed: Set<ProcessNumber> = []
        var lastProcess = 0
        var order = Order.any
        var generator = SeededGenerator(seed: 0)
        var trace: UInt64 = 14_695_981_039_346_656_037
        var jobCount = 0
        var endings: [Int: (process: ProcessNumber, call: @Sendable () -> Void)] = [:]
        var lastEnding = 0
    }

    private let state = Mutex(State())

    /// Seconds since the simulation began.
    var now: Double { Double(simulation_now() - Self.start) / 1e9 }
    private static let start: Int64 = 1_000 * 1_000_000_000

    /// Whose job runs now.
    var current: ProcessNumber { state.withLock { $0.current } }
    /// How many jobs have run.
    var jobCount: Int { state.withLock { $0.jobCount } }
    /// Follows from every decision that was made: two runs with the same have gone the same way.
    var trace: UInt64 { state.withLock { $0.trace } }

    func begin(seed: UInt64, order: Order) {
        state.withLock { state in
            state.generator = SeededGenerator(seed: seed)
            state.order = order
        }
    }

    /// Adds something that happened to the trace.
    func mark(_ text: String) {
        state.withLock { state in for byte in text.utf8 { state.mark(UInt64(byte)) } }
    }

    // MARK: - Jobs

    func enqueue(_ job: UnownedJob) {
        state.withLock { state in state.add(job, of: state.owner(of: job)) }
    }

    func enqueue(_ job: UnownedJob, at time: Int64) {
        state.withLock { state in
            _ = state.owner(of: job)
            state.lastTimer += 1
            state.addTimer(Timer(time: time, number: state.lastTimer, job: job))
        }
    }

    /// Runs jobs until the condition holds.
    ///
    /// - Throws: `Halt`.
    func run(until isOver: () -> Bool) throws {
        var jobsAtThisTime = 0
        while !isOver() {
            let next = state.withLock { $0.next() }
            switch next {
            case .job(let job):
                // Each takes some time, so that a loop that waits for a time comes to its end.
                simulation_advance(simulation_now() + 1_000)
                jobsAtThisTime += 1
                if jobsAtThisTime > 3_000_000 { throw Halt.noProgress }
                job.runSynchronously(on: SimulatedExecutor.shared.asUnownedTaskExecutor())
            case .time(let time):
                simulation_advance(time)
                jobsAtThisTime = 0
            case .nothing: throw Halt.nothingToDo
            }
        }
    }

    // MARK: - Processes

    func makeProcess() -> ProcessNumber {
        state.withLock { state in
            state.lastProcess += 1
            return state.lastProcess
        }
    }

    /// Runs code as one of a process, so that the tasks that it makes are that process's.
    func inside<Value>(_ process: ProcessNumber, _ body: () -> Value) -> Value {
        let former = state.withLock { state in
            defer { state.current = process }
            return state.current
        }
        defer { state.withLock { $0.current = former } }
        return body()
    }

    func stop(_ process: ProcessNumber) { state.withLock { $0.stop(process) } }

    func resume(_ process: ProcessNumber) {
        state.withLock { state in
            for job in state.stopped.removeValue(forKey: process) ?? [] { state.add(job, of: process) }
        }
    }

    func kill(_ process: ProcessNumber) {
        let endings = state.withLock { state in
            state.killed.insert(process)
            state.stopped[process] = nil
            state.ready.removeAll { $0.process == process }
            let ended = state.endings.filter { $0.value.process == process }.sorted { $0.key < $1.key }
            for (key, _) in ended { state.endings[key] = nil }
            return ended.map(\.value.call)
        }
        for ending in endings { ending() }
    }

    func isRunning(_ process: ProcessNumber) -> Bool {
        state.withLock { !$0.killed.contains(process) && $0.stopped[process] == nil }
    }

    func isKilled(_ process: ProcessNumber) -> Bool { state.withLock { $0.killed.contains(process) } }

    /// Calls when the process is killed, or at once when it was.
    func onKill(of process: ProcessNumber, _ call: @escaping @Sendable () -> Void) -> Int? {
        state.withLock { state -> Int? in
            if state.killed.contains(process) { return nil }
            state.lastEnding += 1
            state.endings[state.lastEnding] = (process, call)
            return state.lastEnding
        }
    }

    func forget(_ ending: Int) { state.withLock { $0.endings[ending] = nil } }
}

extension Machine.State {
    fileprivate enum Next {
        case job(UnownedJob)
        case time(Int64)
        case nothing
    }

    fileprivate mutating func mark(_ value: UInt64) { trace = (trace ^ value) &* 1_099_511_628_211 }

    fileprivate mutating func owner(of job: UnownedJob) -> ProcessNumber {
        guard let number = taskNumber(of: job) else { return current }
        if let owner = owners[number] { return owner }
        owners[number] = current
        return current
    }

    fileprivate mutating func add(_ job: UnownedJob, of process: ProcessNumber) {
        if killed.contains(process) { return }
        if stopped[process] != nil { stopped[process]?.append(job) } else { ready.append((job, process)) }
    }

    fileprivate mutating func stop(_ process: ProcessNumber) {
        if killed.contains(process) || stopped[process] != nil { return }
        stopped[process] = ready.filter { $0.process == process }.map(\.job)
        ready.removeAll { $0.process == process }
    }

    fileprivate mutating func next() -> Next {
        current = Machine.outside
        guard !ready.isEmpty else {
            guard let timer = takeTimer() else { return .nothing }
            add(timer.job, of: owner(of: timer.job))
            mark(UInt64(bitPattern: timer.time))
            return .time(timer.time)
        }
        // What is due comes among the others, also while there is always something to do.
        while let first = timers.first, first.time <= simulation_now(), let timer = takeTimer() {
            add(timer.job, of: owner(of: timer.job))
        }
        let index = pick()
        mark(UInt64(index))
        jobCount += 1
        let (job, process) = ready.remove(at: index)
        current = process
        return .job(job)
    }

    private mutating func pick() -> Int {
        let isPlain = order == .any || generator.chance(10)
        switch order {
        case _ where isPlain: return Int.random(in: ready.indices, using: &generator)
        case .oldest: return 0
        case .newest, .any: return ready.count - 1
        }
    }

    fileprivate mutating func addTimer(_ timer: Machine.Timer) {
        timers.append(timer)
        var child = timers.count - 1
        while child > 0, timers[child].isBefore(timers[(child - 1) / 2]) {
            timers.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func takeTimer() -> Machine.Timer? {
        guard let first = timers.first, let last = timers.popLast() else { return nil }
        if timers.isEmpty { return first }
        timers[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < timers.count {
                if timers[child].isBefore(timers[least]) { least = child }
            }
            if least == parent { return first }
            timers.swapAt(parent, least)
            parent = least
        }
    }
}

extension Machine.Timer {
    fileprivate func isBefore(_ other: Machine.Timer) -> Bool { (time, number) < (other.time, other.number) }
}
