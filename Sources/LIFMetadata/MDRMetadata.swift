public import Foundation
import LIFConcurrency
public import LIFModel
public import Logging
import Synchronization

/// The configured sources, with the data model and the transformations of a Metadata Repository (MDR).
///
/// No query waits for the MDR: the catalogue is made of the last copies, however old, and without a copy of the configured
/// data model. Copies are in the store, so that they outlive a process and serve all on it. What has expired is fetched
/// after a query that comes by; while that fails it is tried again no sooner than after a pause, and logged once.
///
/// A source with a translation has an origin that changes with the transformations, so that fragments made by former ones
/// are stale.
public final class MDRMetadata: MetadataSource {
    private struct State {
        var copies: MetadataCopies
        var lastPass: Date?
        var isFailing = false
        var listeners: [@Sendable () -> Void] = []
    }

    private let repository: any MetadataRepository
    private let repositoryName: String
    private let store: any MetadataStore
    private let pause: Duration
    private let logger: Logger
    private let now: @Sendable () -> Date
    /// One at a time.
    private let passes = TaskBag<Everyone>()
    private let state: Mutex<State>

    /// Starts with the configured catalogue, until a copy comes from the store or the repository.
    ///
    /// - Parameters:
    ///   - catalogue: The configured sources and data model.
    ///   - dataModelID: The data model to use; `nil` for the configured one.
    ///   - expiry: After how long a copy is fetched again.
    ///   - pause: Between two attempts to fetch the same document, and between two looks at the store.
    ///   - repositoryName: Tells this repository's copies from those of another: its URL.
    public init(
        _ catalogue: SourceCatalogue, dataModelID: String?, expiry: Duration = .seconds(3_600),
        pause: Duration = .seconds(30), repository: any MetadataRepository, repositoryName: String,
        store: any MetadataStore, logger: Logger = Logger(label: "lif.planner.metadata"),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.repository = repository
        self.repositoryName = repositoryName
        self.store = store
        self.pause = pause
        self.logger = logger
        self.now = now
        state = Mutex(
            State(copies: MetadataCopies(catalogue, dataModelID: dataModelID, expiry: expiry, pause: pause)))
    }

    /// The catalogue as it is known now. It never waits.
    public func catalogue() async throws -> SourceCatalogue { current() }

    /// The same, for who cannot wait.
    public func current() -> SourceCatalogue {
        let now = now()
        return state.withLock { state in
            beginPass(&state, now: now)
            return state.copies.catalogue
        }
    }

    /// Calls the closure after the catalogue has become another one: answers made with the former are no longer right.
    public func onChange(_ listener: @escaping @Sendable () -> Void) {
        state.withLock { $0.listeners.append(listener) }
    }

    /// Replaces the configured sources and data model.
    public func replace(_ catalogue: SourceCatalogue) {
        let now = now()
        change { state in
            let isChanged = state.copies.replace(catalogue)
            state.lastPass = nil
            beginPass(&state, now: now)
            return isChanged
        }
    }

    /// Reads the copies in the store. Called before queries are served, it spares the first of them the configured data
    /// model where a better one is known.
    public func load() async { await read() }

    /// Has what is due fetched, and returns when it is.
    public func refresh() async {
        let now = now()
        state.withLock { state in
            state.lastPass = nil
            beginPass(&state, now: now)
        }
        await passes.wait()
    }

    /// Ends what is under way; nothing is fetched from now on, and the catalogue stays.
    public func shutdown() async { await passes.close() }

    private func beginPass(_ state: inout State, now: Date) {
        if let last = state.lastPass, MetadataCopies.isWithin(pause, of: last, now) { return }
        // The query that comes by does not wait for it, nor may it end with that query.
        if passes.start(Everyone(), on: ForeignDataExecutor.shared, { await self.pass() }) { state.lastPass = now }
    }

    /// Changes the state and notifies the listeners when the catalogue is another one then.
    private func change(_ body: (inout State) -> Bool) {
        let listeners = state.withLock { state in body(&state) ? state.listeners : [] }
        for listener in listeners { listener() }
    }

    // MARK: - Fetching

    private func pass() async {
        var failure = await read()
        let now = now()
        for topic in state.withLock({ $0.copies.due(now: now) }) {
            do {
                try await fetch(topic)
            } catch {
                failure = failure ?? error
            }
            if Task.isCancelled { return }
        }
        report(failure)
    }

    private func fetch(_ topic: MetadataTopic) async throws {
        let body = try await topic.fetch(from: repository)
        let content = try state.withLock { $0.copies.holds(topic, body) } ?? MetadataContent(topic, body)
        let fetchedAt = now()
        change { $0.copies.adopt(topic, body, content, fetchedAt: fetchedAt) }
        let key = topic.key(repository: repositoryName)
        try await store.keep(MetadataDocument(key: key, body: body, fetchedAt: fetchedAt))
    }

    /// Takes the copies that are in the store: of a former process, or fetched by another one since.
    @discardableResult
    private func read() async -> (any Error)? {
        var failure: (any Error)?
        for topic in state.withLock({ $0.copies.needed }) {
            do {
                let key = topic.key(repository: repositoryName)
                guard let document = try await store.document(key),
                    state.withLock({ $0.copies.isLater(document.fetchedAt, than: topic) })
                else { continue }
                let held = state.withLock { $0.copies.holds(topic, document.body) }
                let content = try held ?? MetadataContent(topic, document.body)
                change { $0.copies.adopt(topic, document.body, content, fetchedAt: document.fetchedAt) }
            } catch {
                failure = failure ?? error
            }
        }
        return failure
    }

    /// Tells once that something fails, and once that nothing does any more.
    private func report(_ failure: (any Error)?) {
        if failure is CancellationError { return }
        let now = now()
        let (isNews, oldest) = state.withLock { state in
            // A pass that had to pause has shown nothing.
            if failure == nil, !state.copies.isCurrent(now: now) { return (false, nil as Date?) }
            let isNews = state.isFailing != (failure != nil)
            state.isFailing = failure != nil
            return (isNews, state.copies.oldestCopy)
        }
        guard isNews else { return }
        guard let failure else {
            logger.notice("The metadata of the MDR are up to date again.")
            return
        }
        let reason = (failure as? LIFError)?.message ?? "An unexpected error."
        let used = oldest.map { "Copies of \($0.iso8601) and later are used" } ?? "The configured data model is used"
        logger.warning("Metadata cannot be fetched from the MDR. \(used) until they can. \(reason)")
    }
}
