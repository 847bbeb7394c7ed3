import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFEmbeddedEngine

/// Random graphs, limits, priorities, errors and cancellations; after every event all rules hold.
@Suite(.timeLimit(.minutes(5))) struct EngineStateMachineRandomTests {
    private static let pools = ["a", "b", "c", "d"]

    @Test(
        "Whatever happens, limits, priorities, turns and order hold, no task is lost, and every run ends once",
        arguments: ModelSeeds.some(60))
    func rules(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let limits = Self.limits(&random)
        var machine = EngineStateMachine(limits: limits)
        var model = EngineModel(limits: limits)
        var submitted = 0
        // What comes in and what is done vary in their proportion, so that queues grow and shrink.
        let share = Int.random(in: 5...18, using: &random)
        for step in 0..<300 {
            // Other tests want to go on, too.
            await Task.yield()
            switch Int.random(in: 0..<100, using: &random) {
            case ..<share:
                let run = try Self.run(&random)
                guard let (number, actions) = machine.submit(RunProgress(run)) else {
                    Issue.record("a run that is not held was not taken")
                    continue
                }
                submitted += 1
                model.submitted(run, as: number, actions)
            case ..<93: try finishOne(&machine, &model, &random, step)
            case ..<96:
                let job = random.pick(model.heldJobs) ?? JobID()
                model.cancelled(job, machine.cancel(job))
            case ..<98:
                let limits = Self.limits(&random)
                model.limited(limits, machine.limit(limits))
            default:
                guard let job = random.pick(model.heldJobs), let run = model.run(of: job) else { continue }
                #expect(machine.submit(RunProgress(run)) == nil, "a held run is not taken again")
            }
            model.compare(machine, pools: Self.pools)
            try #require(model.violations == [], "step \(step)")
        }
        while !model.running.isEmpty {
            try finishOne(&machine, &model, &random, 0)
            try #require(model.violations == [])
        }
        #expect(model.heldJobs.isEmpty)
        #expect(model.ended == submitted)
        #expect(machine.isEmpty)
        #expect(machine.running == 0)
        #expect(machine.waiting == 0)
    }

    private func finishOne(
        _ machine: inout EngineStateMachine, _ model: inout EngineModel, _ random: inout SeededGenerator, _ step: Int
    ) throws {
        guard let task = random.pick(model.runningTasks) else { return }
        let error = random.chance(6) ? ModelError(number: step) : nil
        model.finished(task, error: error, machine.finished(task, error: error))
        let again = machine.finished(task, error: nil)
        #expect(again.start.isEmpty && again.cancel.isEmpty && again.ended.isEmpty, "a second report changes nothing")
    }

    private static func limits(_ random: inout SeededGenerator) -> EngineLimits {
        EngineLimits(
            total: random.chance(30) ? Int.random(in: 64...70, using: &random) : Int.random(in: 0...8, using: &random),
            pools: ["a": Int.random(in: 0...3, using: &random), "b": Int.random(in: 1...60, using: &random)],
            otherPools: Int.random(in: 1...30, using: &random))
    }

    /// Each task waits for some of the earlier ones; also for one of them twice.
    private static func run(_ random: inout SeededGenerator) throws -> WorkflowRun {
        var tasks = [WorkflowTask.named("0", resources: resources(&random))]
        for index in 1..<Int.random(in: 2...14, using: &random) {
            let upstream = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                WorkflowTask.ID("\(random.chance(50) ? 0 : Int.random(in: 0..<index, using: &random))")
            }
            tasks.append(
                WorkflowTask(
                    id: WorkflowTask.ID("\(index)"), work: .finish, upstream: upstream, resources: resources(&random)))
        }
        return try .of(tasks, isAccepted: random.chance(60))
    }

    private static func resources(_ random: inout SeededGenerator) -> TaskResources {
        TaskResources(
            pool: random.chance(15) ? nil : random.pick(pools),
            poolSlots: random.pick([0, 1, 1, 1, 1, 2, 3, 20]) ?? 1, priority: random.pick([-5, 0, 0, 0, 3]) ?? 0)
    }
}
