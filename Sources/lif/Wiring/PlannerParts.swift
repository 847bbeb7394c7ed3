import Foundation
import LIFConcurrency
import LIFConfiguration
import LIFHTTP
import LIFIdentities
import LIFJSON
import LIFMetadata
import LIFMetrics
import LIFModel
import LIFNeighbours
import LIFQueryPlanner
import LIFStores

/// The Query Planner and its helpers, wired from the configuration: each embedded, or a neighbour over HTTP.
struct PlannerParts: Sendable {
    let planner: QueryPlanner
    /// What the process serves of the Identity Mapper's routes; `nil` where another one is used, or none.
    let identities: (any IdentityStore)?
    /// Passes updates on to a LIF Cache elsewhere; `nil` where there is none.
    let updater: RecordUpdater?
    private let runs: OrchestrationRuns
    private let retentionClock: any RetentionClock
    let mdr: MDRMetadata?

    /// - Parameters:
    ///   - embedded: The orchestrator in this process.
    ///   - remote: The one that is used instead; `nil` for the embedded one.
    ///   - runTimeout: How long a run there may take, by the configuration that holds at the time.
    init(
        _ configuration: SystemConfiguration, embedded: any PlanRunner,
        remote: LIFConfiguration.RemoteOrchestrator?, runTimeout: @escaping @Sendable (QueryPlan) -> Duration,
        stores: LIFStores, http: OutgoingHTTPClient, metrics: MetricsRegistry, retentionClock: any RetentionClock
    ) {
        self.retentionClock = retentionClock
        for (name, help) in PlannerMetrics.help { metrics.describe(name, help: help) }
        let runs = OrchestrationRuns(store: RunStore(stores.journal), retentionClock: retentionClock)
        self.runs = runs
        let runner: any PlanRunner =
            if let remote {
                LIFNeighbours.RemoteOrchestrator(
                    configuration: RemoteOrchestratorConfiguration(
                        baseURL: remote.url, token: remote.token?.reveal(), learnersPerJob: remote.learnersPerJob),
                    http: http, runs: runs, runTimeout: runTimeout)
            } else {
                embedded
            }
        let identities = Self.identities(configuration.identityMapper, stores.identities, http, retentionClock)
        self.identities = identities.store
        mdr = configuration.mdr.map { mdr in
            MDRMetadata(
                configuration.catalogue, dataModelID: mdr.dataModelID, expiry: mdr.expiry,
                repository: MDRClient(configuration: mdr, http: http), repositoryName: mdr.baseURL,
                store: stores.metadata)
        }
        let planner = QueryPlanner(
            configuration: configuration.planner, runner: runner, fragments: stores.fragments,
            requests: ProcessedRequestStore(stores.journal), leases: stores.coordination, identities: identities.lookup,
            metadata: mdr, records: configuration.lifCache.map { RemoteLIFCache(configuration: $0, http: http) },
            recordRole: configuration.lifCache?.recordRole, metrics: PlannerMetrics(factory: metrics),
            retentionClock: retentionClock)
        self.planner = planner
        updater = configuration.lifCache.map { cache in
            RecordUpdater(RemoteLIFCacheUpdates(configuration: cache, http: http)) { [weak planner] in
                await planner?.recordsHaveChanged(of: $0)
            }
        }
        mdr?.onChange { [weak planner] in planner?.metadataHasChanged() }
    }

    private static func identities(
        _ settings: IdentityMapperSettings?, _ store: any IdentityStore, _ http: OutgoingHTTPClient,
        _ retentionClock: any RetentionClock
    ) -> (lookup: any IdentityLookup, store: (any IdentityStore)?) {
        switch settings {
        case nil:
            return (SharedIdentities(), nil)
        case .embedded(let organization):
            return (MappedIdentities(store: store, organization: organization), store)
        case .remote(let mapper):
            return (
                RemoteIdentityMapper(
                    configuration: mapper, copies: store, http: http,
                    retentionClock: retentionClock), nil
            )
        }
    }

    /// Takes job results that an orchestrator posts.
    func takeResults(_ document: RawJSON) async throws {
        let dropped = try await ForeignDataExecutor.run {
            try await runs.receive(document) { run, part, outcome in
                await planner.keep(outcome, of: part, in: run)
            }
        }
        planner.countDropped(dropped)
    }

    /// Removes what has been kept long enough, until the task is cancelled.
    func keepHouse() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await planner.keepHouse() }
            group.addTask {
                while !Task.isCancelled {
                    await runs.removeOld()
                    try? await Task.sleep(for: .seconds(600))
                }
            }
            guard let identities else { return }
            // What an import has left that did not come to its end.
            group.addTask {
                while !Task.isCancelled {
                    if let now = await retentionClock.timeForRemoval() {
                        try? await identities.dropStaged(before: now.addingTimeInterval(-86_400))
                    }
                    try? await Task.sleep(for: .seconds(3_600))
                }
            }
        }
    }

    /// Takes up what processes that died have left.
    func recover() async throws {
        await loadMetadata()
        try await planner.recover()
    }

    /// Takes the last copies of what the MDR said, and has what has expired fetched before a query needs it.
    func loadMetadata() async {
        await mdr?.load()
        _ = mdr?.current()
    }

    func shutdown() async {
        await planner.shutdown()
        await mdr?.shutdown()
    }
}

extension LIFCacheConfiguration {
    /// `nil` when queries do not use it.
    fileprivate var recordRole: RecordCacheRole? {
        switch role {
        case .ownSource: .ownSource
        case .fallback: .fallback(isWritten: isWritten)
        case .off: nil
        }
    }
}
