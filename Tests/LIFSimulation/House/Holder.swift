import Foundation
import LIFEmbeddedEngine
import LIFModel
import LIFOrchestrator
import LIFQueryPlanner
import LIFTesting
import LIFWorkflow
import Logging
import Synchronization

/// What all processes of the house share.
final class SharedStores: Sendable {
    let journal = MemoryJournal()
    let fragments = MemoryFragmentStore()
    let log = MemoryJobLog()
    let schedules = MemoryScheduleStore()
    let breakers = MemoryBreakerStore()
    let leases = LeaseRegistry()
    let retentionClock = SimulatedRetentionClock {
        ClockReading(wall: Date(), sinceBoot: .seconds(Machine.shared.now), boot: "1")
    }
}

/// One process: a real planner, orchestrator and engine, put together as `lif serve` does (`LIFSystem`), over stores that several
/// processes share. All that touches how these are made is in this file.
final class Holder: Sendable {
    let process: ProcessNumber
    let planner: QueryPlanner
    let orchestrator: Orchestrator
    let leases: SimulatedLeases
    let engine: EmbeddedEngine
    private let world: World

    /// To be called inside of the process.
    init(_ process: ProcessNumber, slot: Int, _ sources: [Scenario.Source], _ stores: SharedStores, _ world: World) {
        self.process = process
        self.world = world
        leases = SimulatedLeases(stores.leases, process: process)
        let skew = world.scenario.skews[slot]
        let now: @Sendable () -> Date = { Date().addingTimeInterval(skew) }
        let trouble = StoreTrouble(world: world, name: "holder \(process)")
        let configuration = Self.orchestratorConfiguration(sources, world)
        engine = EmbeddedEngine(limits: configuration.limits)
        orchestrator = Orchestrator(
            configuration: configuration, registry: Self.registry(sources, world, process), scheduler: engine,
            stores: OrchestratorStores(
                journal: trouble.journal(stores.journal), log: stores.log, schedules: stores.schedules,
                breakers: stores.breakers, leases: leases),
            logger: world.logger(process), now: now, retentionClock: stores.retentionClock)
        planner = QueryPlanner(
            configuration: Self.plannerConfiguration(sources),
            runner: WatchedRunner(base: orchestrator, process: process, world: world),
            fragments: FaultyFragmentStore(base: MemoryFragmentStore(sharing: stores.fragments), trouble: trouble),
            requests: ProcessedRequestStore(trouble.journal(stores.journal)), leases: leases,
            logger: world.logger(process), now: now, retentionClock: stores.retentionClock)
        tellLimits(sources)
    }

    /// Takes up what others have left, and keeps house until the process dies. As at a start, a store that does not work ends the
    /// process: it is started again.
    func serve() async {
        let leases = leases
        Task.detached { await leases.renew() }
        while true {
            do {
                try await orchestrator.recover()
                try await planner.recover()
                break
            } catch {
                world.note("holder \(process) cannot start yet: \(error)")
                try? await Task.sleep(for: .seconds(2))
            }
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [orchestrator] in await orchestrator.keepHouse() }
            group.addTask { [planner] in await planner.keepHouse() }
        }
    }

    /// As `LIFSystem` does, in the order in which one part uses the other.
    func shutDown() async {
        await planner.shutdown()
        await orchestrator.shutdown()
        await engine.shutdown()
    }

    /// As a reload does.
    func reconfigure(_ sources: [Scenario.Source]) async {
        tellLimits(sources)
        await orchestrator.reconfigure(
            Self.orchestratorConfiguration(sources, world), registry: Self.registry(sources, world, process))
        planner.reconfigure(Self.plannerConfiguration(sources))
        tellLimits(sources)
        for source in sources {
            world.saw(.configured(source: source.id, process: process, origin: source.origin))
        }
    }

    private func tellLimits(_ sources: [Scenario.Source]) {
        for source in sources { world.saw(.limited(source: source.id, process: process, limit: source.limit)) }
    }

    // MARK: - Configuration

    static let clientTimeout = Duration.seconds(10)

    private static func catalogue(_ sources: [Scenario.Source]) -> SourceCatalogue {
        SourceCatalogue(
            sources.map { source in
                InformationSource(
                    id: source.id, adapterID: SimulatedSource.adapterID, timeToLive: .seconds(source.timeToLive),
                    staleIfError: .seconds(source.staleIfError),
                    staleWhileRevalidate: .seconds(source.staleWhileRevalidate),
                    fragmentPaths: source.paths.map(FragmentPath.init(entity:)), origin: "\(source.origin)")
            })
    }

    private static func plannerConfiguration(_ sources: [Scenario.Source]) -> QueryPlannerConfiguration {
        QueryPlannerConfiguration(catalogue: catalogue(sources), timeout: clientTimeout)
    }

    private static func orchestratorConfiguration(
        _ sources: [Scenario.Source], _ world: World
    ) -> OrchestratorConfiguration {
        var settings: [String: SourceSettings] = [:]
        var limits = EngineLimits()
        for source in sources {
            settings[source.id] = SourceSettings(
                policy: TaskPolicy(retries: source.retries, timeout: .seconds(source.timeout)),
                breaker: BreakerPolicy(failures: source.breakerFailures, openFor: .seconds(20)))
            limits.pools[source.id] = world.sabotage == .noLimits ? 1_000 : source.limit
        }
        return OrchestratorConfiguration(catalogue: catalogue(sources), sources: settings, limits: limits)
    }

    private static func registry(
        _ sources: [Scenario.Source], _ world: World, _ process: ProcessNumber
    ) -> OperatorRegistry {
        let origins = Dictionary(sources.map { ($0.id, $0.origin) }, uniquingKeysWith: { first, _ in first })
        var registry = OperatorRegistry()
        registry.register(SimulatedSource.adapterID) { source in
            let origin = world.sabotage == .formerAdapters ? 0 : origins[source.id] ?? 0
            return SimulatedSource(id: source.id, origin: origin, process: process, world: world)
        }
        registry.register(SimulatedReceiver.name, callback: SimulatedReceiver(world: world))
        registry.registerCallbackURLs { _ in SimulatedReceiver(world: world) }
        return registry
    }
}

/// Tells when a planner's plan begins, so that the auditor knows how old at most what is fetched for it is held to be.
private struct WatchedRunner: PlanRunner {
    let base: Orchestrator
    let process: ProcessNumber
    let world: World

    func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        let number = world.nextNumber()
        for part in plan.parts {
            guard let learner = Learners.number(of: part.learner) else { continue }
            world.saw(
                .planned(number: number, source: part.informationSourceID, learner: learner, process: process))
        }
        defer { world.saw(.planEnded(number: number)) }
        try await base.run(plan, land: land)
    }
}

extension World {
    /// Puts what a process logs into the trace.
    func logger(_ process: ProcessNumber) -> Logger {
        Logger(label: "holder \(process)") { _ in TraceLogHandler(process: process, world: self) }
    }
}

private struct TraceLogHandler: LogHandler {
    let process: ProcessNumber
    let world: World
    var logLevel = Logger.Level.notice
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let values = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        world.note("holder \(process) logs: \(event.message) \(values.joined(separator: " "))")
    }
}
