import Foundation
import LIFConfiguration
import LIFEmbeddedEngine
import LIFHTTP
import LIFMetrics
import LIFModel
import LIFNeighbours
import LIFOperators
import LIFOrchestrator
import LIFQueryPlanner
import LIFServer
import LIFStores
import LIFWorkflow
import Logging
import Synchronization

/// Which components a process runs.
enum Role: String, CaseIterable {
    case planner
    case orchestrator
}

/// Both components with their stores, wired from the configuration.
struct LIFSystem: Sendable {
    /// What it was started with; sources and operators may have been replaced since.
    let configuration: SystemConfiguration
    let stores: LIFStores
    private let plannerParts: PlannerParts
    let orchestrator: Orchestrator
    let metrics: MetricsRegistry
    private let role: Role?
    private let scheduler: EmbeddedEngine
    let http: OutgoingHTTPClient
    private let retentionClock: StoreRetentionClock
    private let log: any JobLog
    private let current: CurrentConfiguration
    private let dataModel: DataModelInUse
    private let logger: Logger

    /// - Parameter role: What this process is for; `nil` for both. The planner uses the orchestrator in this process, unless the
    ///   configuration names another one; with role `orchestrator` it always does.
    /// - Throws: `LIFError` `ConfigurationNotValid`, `OutputQueueNotAvailableException`.
    init(_ configuration: SystemConfiguration, role: Role?) throws {
        self.configuration = configuration
        self.role = role
        current = CurrentConfiguration(configuration)
        // Each adapter sets its own, lower limit; an orchestrator's answer holds those of many sources.
        let http = OutgoingHTTPClient(
            OutgoingHTTPConfiguration(maximumBodyBytes: 256 << 20, proxies: configuration.proxies))
        self.http = http
        let stores = try configuration.openStores(takesPart: true)
        self.stores = stores
        let logger = Logger(label: "lif.store")
        self.logger = logger
        let retentionClock = StoreRetentionClock(stores.database, changed: { RetentionPause.log($0, logger) })
        self.retentionClock = retentionClock
        metrics = MetricsRegistry()
        for (name, help) in OrchestratorMetrics.help + ServerMetrics.help { metrics.describe(name, help: help) }
        scheduler = EmbeddedEngine(
            limits: configuration.orchestrator.limits, permits: stores.coordination)

        let remote = role == .planner ? configuration.remoteOrchestrator : configuration.orchestratorElsewhere
        // Without sources it fetches nothing.
        if role == .planner, remote == nil, !configuration.sources.isEmpty {
            throw LIFError(
                .configurationNotValid,
                "A planner alone needs an orchestrator: set orchestrator_url in the configuration, or LIF_ORCHESTRATOR_URL.",
                blame: .us)
        }
        let dataModel = DataModelInUse(configuration.catalogue.model)
        self.dataModel = dataModel
        let orchestratorStores = stores.orchestrator(maximumItemBytes: configuration.maximumOutcomeBytes)
        log = orchestratorStores.log
        let orchestrator = Orchestrator(
            configuration: configuration.orchestrator,
            registry: configuration.registry(http: http, model: dataModel.model, log: log.take),
            scheduler: scheduler, stores: orchestratorStores,
            metrics: metrics, retentionClock: retentionClock)
        self.orchestrator = orchestrator
        plannerParts = PlannerParts(
            configuration, embedded: orchestrator, remote: role == .orchestrator ? nil : remote,
            runTimeout: { [current] plan in current.value.runTimeout(of: plan) }, stores: stores, http: http,
            metrics: metrics, retentionClock: retentionClock)
        dataModel.follow(plannerParts.mdr)
    }

    var planner: QueryPlanner { plannerParts.planner }

    /// What the planner does beside requests, until the task is cancelled.
    func keepPlannersHouse() async { await plannerParts.keepHouse() }

    /// Looks at the store and the clock now and then, until the task is cancelled: what moves the clock is seen also while
    /// nothing is removed.
    func watchStore() async {
        var isUsable = true
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(10))
            _ = await retentionClock.timeForRemoval()
            await forgetAgain()
            isUsable = await checkStore(wasUsable: isUsable)
        }
    }

    private func checkStore(wasUsable: Bool) async -> Bool {
        do {
            try await stores.checkReady()
            if !wasUsable { logger.notice("The store can be used again") }
            return true
        } catch {
            if wasUsable, !Task.isCancelled {
                logger.error("\((error as? LIFError)?.message ?? "The store cannot be used.")")
            }
            return false
        }
    }

    /// Forgets again who was forgotten after the state that the store has: an older one may have been put in its place. Costs
    /// little when there is nobody.
    private func forgetAgain() async {
        do {
            let repetition = try await stores.database.forget(.returned, configuration.identityScope)
            if repetition.returned > 0 {
                logger.warning(
                    "Forgotten learners were in the store again; they have been forgotten again",
                    metadata: [
                        "identifiers": "\(repetition.returned)", "something_runs": "\(repetition.hasPending)",
                    ])
            }
        } catch {
            if Task.isCancelled { return }
            logger.error(
                "The check for forgotten learners in the store failed; it will be tried again",
                metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
        }
    }

    /// What is not as it should be, though the components serve.
    func notices() async -> [String] {
        _ = await retentionClock.timeForRemoval()
        let room = orchestrator.pause.map { "Nothing is fetched for jobs: the store has no room for it. \($0.message)" }
        let queries = planner.waitingForStore.map { waiting in
            "\(waiting.count == 1 ? "An asynchronous query waits" : "\(waiting.count) asynchronous queries wait"), because "
                + "the store cannot be written. \(waiting.reason.message)"
        }
        return [room, queries, retentionClock.steadyFor.map(RetentionPause.sentence)].compactMap(\.self)
    }

    /// What the planner's process serves beside queries.
    var plannerServices: QueryPlannerServices {
        QueryPlannerServices(
            takeResults: { try await plannerParts.takeResults($0) }, identities: plannerParts.identities,
            updater: plannerParts.updater, metrics: { metrics.render() })
    }

    /// Takes up what a process of this role that died has left; another role's process may be alive and at work on its own.
    func recover() async throws {
        await forgetAgain()
        if role == .orchestrator { await plannerParts.loadMetadata() }
        if role != .planner { try await orchestrator.recover() }
        if role != .orchestrator { try await plannerParts.recover() }
    }

    /// Why a configuration that may be loaded at a start cannot be taken by a process that goes on with its listeners and its
    /// orchestrator; `nil` when it can.
    private func refusal(of new: SystemConfiguration) -> String? {
        if role == .planner, configuration.remoteOrchestrator == nil, !new.sources.isEmpty {
            return
                "a planner alone needs an orchestrator for its sources. Set orchestrator_url or LIF_ORCHESTRATOR_URL, and restart"
        }
        if new.openCatalogue != nil, configuration.orchestratorListener.isOpen, !new.orchestratorListener.isOpen {
            return
                "the orchestrator is open until it is restarted, and anyone who can reach it can use each source's credential "
                + "(orchestrator.open_catalogue). Restart"
        }
        return nil
    }

    /// Replaces what can be replaced while the process serves by that of another configuration, as a whole.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid` when this process cannot take it.
    func reload(_ new: SystemConfiguration) async throws(LIFError) -> SystemReload {
        if let reason = refusal(of: new) { throw LIFError(.configurationNotValid, reason, blame: .us) }
        let former = current.replace(new)
        let reload = SystemReload(
            sources: new.sources.count, isChanged: !new.hasSameOperators(as: former),
            needsRestart: new.needsRestart(comparedWith: configuration))
        guard reload.isChanged else { return reload }
        dataModel.configure(new.catalogue.model)
        await orchestrator.reconfigure(
            new.orchestrator, registry: new.registry(http: http, model: dataModel.model, log: log.take))
        // The LIF Cache, and whose records in it are ours, stay as they were at the process's start.
        let isSameCache = new.lifCache == configuration.lifCache && new.organization == configuration.organization
        var planned = new.planner
        if !isSameCache { planned.catalogue = new.catalogue.with(ownRecords: configuration.catalogue.ownRecords) }
        planner.reconfigure(planned)
        return reload
    }

    /// Does the work and closes the system then, also when the work throws.
    func closingAfter<Value>(_ work: () async throws -> Value) async throws -> Value {
        let value: Value
        do {
            value = try await work()
        } catch {
            // The work's error says more than one that closing may add.
            try? await close()
            throw error
        }
        try await close()
        return value
    }

    /// Stops in the order in which one part uses the other. What was accepted and is not done stays for the next start.
    func close() async throws {
        await plannerParts.shutdown()
        await orchestrator.shutdown()
        await scheduler.shutdown()
        try await http.shutdown()
        try await stores.database.close()
    }
}

/// The configuration that holds now.
private final class CurrentConfiguration: Sendable {
    private let configuration: Mutex<SystemConfiguration>

    init(_ configuration: SystemConfiguration) { self.configuration = Mutex(configuration) }

    var value: SystemConfiguration { configuration.withLock { $0 } }

    /// - Returns: The former one.
    func replace(_ new: SystemConfiguration) -> SystemConfiguration {
        configuration.withLock { configuration in
            defer { configuration = new }
            return configuration
        }
    }
}

extension JobLog {
    /// Takes what a callback's command says.
    fileprivate func take(_ job: JobID, _ message: String) {
        append(JobLogEntry(job: job, at: Date(), event: "operator", message: message))
    }
}
