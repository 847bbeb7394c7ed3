import LIFConcurrency
import LIFModel
import Logging
import Synchronization

/// Writes what was fetched into a LIF Cache elsewhere, after the answer: where it has nothing at a path, and nowhere else.
///
/// For one learner there is one writer at a time in this process, as it reads before it writes. The LIF Cache holds a copy,
/// so a failed write is harmless and not tried again.
final class RecordCacheWriter: Sendable {
    private struct State {
        var waiting: [LearnerIdentifier: [FragmentPath: Fragment]] = [:]
        /// The learners of `waiting`, in the order in which they came.
        var order: [LearnerIdentifier] = []
        var writing: Set<LearnerIdentifier> = []
        /// How many write at the same time.
        var writers = 0
        var isClosed = false
    }

    private let reader: RecordReader
    private let catalogue: @Sendable () async throws -> SourceCatalogue
    private let logger: Logger
    private let writerLimit: Int
    private let waitingLimit: Int
    private let tasks = TaskBag<Int>()
    private let state = Mutex(State())

    /// - Parameters:
    ///   - catalogue: The one that holds at the time.
    ///   - writerLimit: How many learners are written at the same time.
    ///   - waitingLimit: How many learners may wait; what comes on top of them is not written.
    init(
        _ reader: RecordReader, catalogue: @escaping @Sendable () async throws -> SourceCatalogue, writerLimit: Int = 4,
        waitingLimit: Int = 1_000, logger: Logger = Logger(label: "lif.planner")
    ) {
        self.reader = reader
        self.catalogue = catalogue
        self.writerLimit = writerLimit
        self.waitingLimit = waitingLimit
        self.logger = logger
    }

    /// Takes fragments to be written; returns at once. After `close` none are.
    ///
    /// - Parameters:
    ///   - fragments: From `RecordCacheRules.writable`. Without any, no record is made.
    ///   - learner: As this organisation knows them.
    func write(_ fragments: [Fragment], of learner: LearnerIdentifier) {
        if fragments.isEmpty { return }
        let isTaken = state.withLock { state in
            if state.isClosed { return true }
            if state.waiting[learner] == nil {
                guard state.order.count < waitingLimit else { return false }
                state.order.append(learner)
            }
            for fragment in fragments { state.waiting[learner, default: [:]][fragment.path] = fragment }
            if state.writers < writerLimit, tasks.start({ [self] in await writeAll() }) { state.writers += 1 }
            return true
        }
        if !isTaken { logger.warning("The LIF Cache is slower than what comes; it does not get all of it") }
    }

    /// Returns when everything taken so far has been written or given up.
    func flush() async {
        while tasks.count > 0 { await tasks.wait() }
    }

    /// Drops what waits and takes nothing more. What is being written has the time given to end, and is then cancelled.
    func close(within limit: Duration = .seconds(2)) async {
        let dropped = state.withLock { state in
            defer {
                state.isClosed = true
                state.order = []
                state.waiting = [:]
            }
            return state.order.count
        }
        if dropped > 0 {
            logger.notice(
                "The LIF Cache does not get what waited to be written", metadata: ["learners": "\(dropped)"])
        }
        await tasks.close(within: limit)
    }

    private func writeAll() async {
        while let (learner, fragments) = next() {
            await write(fragments, learner)
            state.withLock { _ = $0.writing.remove(learner) }
        }
    }

    /// The next learner for whom nobody writes. Without one the writer ends.
    private func next() -> (LearnerIdentifier, [Fragment])? {
        state.withLock { state in
            guard let index = state.order.firstIndex(where: { !state.writing.contains($0) }) else {
                state.writers -= 1
                return nil
            }
            let learner = state.order.remove(at: index)
            state.writing.insert(learner)
            let fragments = state.waiting.removeValue(forKey: learner) ?? [:]
            return (learner, fragments.values.sorted { $0.path.entity < $1.path.entity })
        }
    }

    private func write(_ fragments: [Fragment], _ learner: LearnerIdentifier) async {
        do {
            let found = try await reader.read(
                [learner], paths: fragments.map(\.path), ownership: reader.ownership(in: try await catalogue()))
            let record: LIFRecord?
            switch found[learner] {
            case .record(let own): record = own
            case .nothing, nil: record = nil
            // The cache would take the write for a record that it finds: perhaps somebody else's.
            case .several, .others: return
            }
            let absent = RecordCacheRules.absent(fragments, in: record)
            if !absent.isEmpty { try await reader.cache.save(absent, of: learner) }
        } catch {
            logger.warning(
                "Fragments were not written to the LIF Cache",
                metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
        }
    }
}
