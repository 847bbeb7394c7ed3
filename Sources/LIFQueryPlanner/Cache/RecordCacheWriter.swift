import LIFConcurrency
import LIFModel
import Logging
import Synchronization

/// Writes what was fetched into a LIF Cache elsewhere, after the answer: where it has nothing at a path, and nowhere else.
///
/// `RecordWriting` decides what is written when. The LIF Cache holds a copy, so a failed write is harmless and not tried again.
final class RecordCacheWriter: Sendable {
    private let reader: RecordReader
    private let catalogue: @Sendable () async throws -> SourceCatalogue
    private let logger: Logger
    private let tasks = TaskBag<Int>()
    private let writing: Mutex<RecordWriting>

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
        self.logger = logger
        writing = Mutex(RecordWriting(writerLimit: writerLimit, waitingLimit: waitingLimit))
    }

    /// Takes fragments to be written; returns at once. After `close` none are.
    ///
    /// - Parameters:
    ///   - fragments: From `RecordCacheRules.writable`. Without any, no record is made.
    ///   - learner: As this organisation knows them.
    func write(_ fragments: [Fragment], of learner: LearnerIdentifier) {
        let (hasRoom, first) = writing.withLock { $0.add(fragments, of: learner) }
        if !hasRoom {
            logger.warning("The LIF Cache is too slow for the fetched data; some of it is not written there")
        }
        guard let first else { return }
        tasks.start { [self] in
            var next: RecordWriting.Write? = first
            while let write = next {
                await carryOut(write)
                next = writing.withLock { $0.ended(write) }
            }
        }
    }

    /// Returns when everything taken so far has been written or given up.
    func flush() async {
        while tasks.count > 0 { await tasks.wait() }
    }

    /// Drops what waits and takes nothing more. What is being written has the time given to end, and is then cancelled.
    func close(within limit: Duration = .seconds(2)) async {
        let dropped = writing.withLock { $0.close() }
        if dropped > 0 {
            logger.notice(
                "Data that waited to be written to the LIF Cache was dropped", metadata: ["learners": "\(dropped)"])
        }
        await tasks.close(within: limit)
    }

    private func carryOut(_ write: RecordWriting.Write) async {
        let (learner, fragments) = (write.learner, write.fragments)
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
