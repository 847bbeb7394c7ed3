import LIFJSON
import LIFModel
import LIFWorkflow

/// An information source as a process asks it: late, failing, hanging, or with nothing, as the weather is. It notes what it serves.
struct SimulatedSource: TaskOperator {
    static let adapterID = "simulated"

    let id: String
    let origin: Int
    let process: ProcessNumber
    let world: World

    func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        let number = world.nextNumber()
        world.saw(.fetchBegan(number: number, source: id, process: process))
        defer { world.saw(.fetchEnded(number: number, source: id, process: process)) }
        guard let learner = Learners.number(of: part.learner) else { return OperatorReport(learnerKnown: false) }
        let weather = world.weather
        try await pause(weather)
        if weather.hanging.contains(id) { try await world.sleep(10_000) }
        let faults = weather.sourceFaults[id] ?? 0
        if world.chance(faults) {
            throw LIFError.source(
                .unreachable, "The source is away.", isRetryable: world.chance(70),
                retryAfter: world.chance(20) ? .seconds(world.random(0...3.0)) : nil)
        }
        var failures: [FragmentPath: Failure] = [:]
        var items: [(path: FragmentPath, item: Item)] = []
        for path in part.fragmentPaths {
            if world.chance(faults / 3) {
                failures[path] = Failure(.sourceError, "The source has an error there.")
                continue
            }
            let key = Key(learner: learner, source: id, path: path.entity)
            // Some have nothing there, always the same.
            if (learner + path.entity.utf8.count + id.utf8.count) % 7 == 0 { continue }
            let item = Item(key: key, version: world.version(of: key), origin: origin)
            world.saw(.served(item, process: process))
            items.append((path, item))
        }
        try await pause(weather)
        for (path, item) in items {
            guard let content = FragmentContent(member: sabotaged(item).json) else { continue }
            try await emit(.fragment(Fragment(path: path, content: content)))
        }
        return OperatorReport(learnerKnown: true, failures: failures, failuresMayPass: world.chance(50))
    }

    private func pause(_ weather: World.Weather) async throws {
        if world.chance(20) { return }
        let longest = world.chance(10) ? 3.0 : 0.3
        try await world.sleep(world.random(0...(weather.isHealed ? 0.05 : longest)))
    }

    private func sabotaged(_ item: Item) -> Item {
        guard world.sabotage == .swappedLearner || world.sabotage == .swappedSource, world.chance(5) else {
            return item
        }
        let isLearner = world.sabotage == .swappedLearner
        let key = Key(
            learner: item.key.learner + (isLearner ? 1 : 0), source: isLearner ? item.key.source : "s9",
            path: item.key.path)
        return Item(key: key, version: item.version, origin: item.origin)
    }

    func check() async throws -> String { "The source answers." }
}

/// Takes callbacks, or does not.
struct SimulatedReceiver: CallbackOperator {
    static let name = "receiver"
    /// For results.
    static let url = "https://receiver.example/results"

    let world: World

    func deliver(_ message: CallbackMessage) async throws {
        let faults = world.weather.receiverFaults
        if world.chance(50) { try await world.sleep(world.random(0...0.5)) }
        if world.chance(faults / 3) {
            // As long as an operator waits for an answer.
            try await world.sleep(30)
            throw Self.fault
        }
        if world.chance(faults) { throw Self.fault }
        if world.sabotage != .lostCallback || world.chance(70) {
            let body = message.body.value()
            if message.callback.kind == .results { see(body, of: message.callback.job) }
            world.saw(
                .delivered(
                    job: message.callback.job.text, kind: message.callback.kind.rawValue,
                    status: body["status"]?.string ?? ""))
        }
        // It has taken it, and its answer is lost.
        if world.chance(faults / 2) { throw Self.fault }
    }

    /// Posted results have data.
    private func see(_ body: JSONValue, of job: JobID) {
        for (index, part) in (body["query_plan_part_results"]?.array ?? []).enumerated() {
            let fragments = part["fragments"]?.array ?? []
            let learner = part["person_id"]?["identifier"]?.string.map {
                LearnerIdentifier(identifier: $0, identifierType: "")
            }
            world.saw(
                .posted(
                    SeenPart(
                        name: "posted part \(index) of \(job.logLabel)",
                        learner: learner.flatMap(Learners.number(of:)) ?? -1,
                        source: part["information_source_id"]?.string ?? "", path: nil, outcome: "data",
                        hasFailures: false,
                        items: fragments.flatMap { $0["fragment"]?.array ?? [] }.compactMap { Item(RawJSON($0)) })))
        }
    }

    private static let fault = LIFError.source(.unreachable, "The receiver is away.", isRetryable: true)
}
