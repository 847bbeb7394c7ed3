import LIFConcurrency
import LIFJournal
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct EventTests {
    /// Events as text: the part that landed with its position, and the status at the end.
    private func read(
        _ setup: OrchestratorSetup, _ id: JobID, after position: Int64 = 0, atMost limit: Int = .max
    ) async throws -> [String] {
        let orchestrator = setup.orchestrator
        return try await within("a job's events") {
            var read: [String] = []
            for try await event in try await orchestrator.events(of: id, after: position) {
                switch event {
                case .landed(let landed): read.append("\(landed.position): part \(landed.part)")
                case .ended(let status): read.append(status.rawValue)
                }
                if read.count == limit { break }
            }
            return read
        }
    }

    @Test("A job's events are read again as they were, with the data, in the order of landing")
    func replay() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup([
            ScriptedOperator(.after(gate, .fragments([try fragment("Name", "[1]")]))), ScriptedOperator(),
        ])
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        try await eventually("the second part") { try await orchestrator.report(job.id).progress.count == 1 }
        gate.open()
        _ = try await setup.finished(job.id)
        for _ in 0..<2 { #expect(try await read(setup, job.id) == ["1: part 1", "2: part 0", "COMPLETED"]) }
        for try await case .landed(let landed) in try await orchestrator.events(of: job.id, after: 1) {
            #expect(landed.outcome.fragments == [try fragment("Name", "[1]")])
        }
        try await setup.leavesNothing()
    }

    @Test("A listener is notified of each part as it lands, and of the end")
    func live() async throws {
        let gates = (0..<3).map { _ in Gate() }
        let setup = OrchestratorSetup(gates.map { ScriptedOperator(.after($0, .empty(learnerKnown: true))) })
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        try await within("the events") {
            var events = try await orchestrator.events(of: job.id, after: 0).makeAsyncIterator()
            for part in [1, 2, 0] {
                gates[part].open()
                guard case .landed(let landed)? = try await events.next() else {
                    Issue.record("something else than a landing")
                    return
                }
                #expect(landed.part == part)
            }
            guard case .ended(.completed)? = try await events.next() else {
                Issue.record("something else than the end")
                return
            }
            #expect(try await events.next() == nil)
        }
        try await setup.leavesNothing()
    }

    @Test("The store is not asked for the end of a job at each part that lands")
    func asksForTheEnd() async throws {
        let (gates, asked) = ((0..<3).map { _ in Gate() }, Tally())
        let setup = OrchestratorSetup(
            gates.map { ScriptedOperator(.after($0, .empty(learnerKnown: true))) },
            before: { call in if case .run(_, document: true) = call { asked.add() } })
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        try await within("the events") {
            var events = try await orchestrator.events(of: job.id, after: 0).makeAsyncIterator()
            gates[0].open()
            _ = try await events.next()
            let before = asked.count
            gates[1].open()
            _ = try await events.next()
            #expect(asked.count == before)
        }
        gates[2].open()
        _ = try await setup.finished(job.id)
        try await setup.leavesNothing()
    }

    @Test("Resuming after any position, before, while and after the job runs, gives no gap and no repetition")
    func resume() async throws {
        let count = 40
        let setup = OrchestratorSetup()
        let plan = QueryPlan(parts: (0..<count).map { _ in OrchestratorSetup.part(0) })
        let job = try await setup.submit(plan)
        // A listener that is cut off after every few events and comes back with the last position that it saw.
        let positions = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for step in [1, 3, 7, 100] {
                group.addTask { try await cutOff(setup, job.id, every: step) }
            }
            return try await group.reduce(into: [[Int64]]()) { $0.append($1) }
        }
        for seen in positions { #expect(seen == (1...Int64(count)).map { $0 }) }
        for position in 0...Int64(count) {
            let events = try await read(setup, job.id, after: position)
            #expect(events.count == count - Int(position) + 1)
            #expect(events.last == "COMPLETED")
        }
        #expect(try await read(setup, job.id, after: 1_000) == ["COMPLETED"])
        try await setup.leavesNothing()
    }

    @Test("What lands, and the end that comes, while a listener reads comes afterwards, the end last")
    func endWhileReading() async throws {
        let (storage, gate) = (SharedStorage(), Gate())
        let setup = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .empty(learnerKnown: true)))], storage: storage,
            after: { [jobs = storage.jobs] call in
                // The listener has seen nothing; all happens before it goes on.
                guard case .parts(_, .landed(_, let limit, _), _) = call, limit > 1 else { return }
                gate.open()
                try await eventually("the job's end") { try await jobs.jobs(JobFilter()).first?.finalStatus != nil }
            })
        let job = try await setup.submit()
        #expect(try await read(setup, job.id) == ["1: part 0", "COMPLETED"])
        try await setup.leavesNothing()
    }

    private func cutOff(_ setup: OrchestratorSetup, _ id: JobID, every count: Int) async throws -> [Int64] {
        try await within("all events") {
            var seen: [Int64] = []
            while true {
                var taken = 0
                for try await event in try await setup.orchestrator.events(of: id, after: seen.last ?? 0) {
                    guard case .landed(let landed) = event else { return seen }
                    seen.append(landed.position)
                    taken += 1
                    if taken == count { break }
                }
            }
        }
    }

    @Test("After a job was run again, positions go on: who resumes sees only what is new")
    func afterRetry() async throws {
        let setup = OrchestratorSetup([
            ScriptedOperator(.failure(LIFError.refused), .empty(learnerKnown: true))
        ])
        let job = try await setup.submit()
        _ = try await setup.finished(job.id)
        #expect(try await read(setup, job.id) == ["1: part 0", "FAILED"])
        _ = try await setup.orchestrator.retry(job.id)
        _ = try await setup.finished(job.id)
        #expect(try await read(setup, job.id, after: 1) == ["2: part 0", "COMPLETED"])
    }

    @Test("Another process on the same stores has the events of a job too, and its end wakes who waits there")
    func otherProcess() async throws {
        let (storage, gate) = (SharedStorage(), Gate())
        let runs = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .empty(learnerKnown: true))), ScriptedOperator()], storage: storage)
        let listens = OrchestratorSetup(storage: storage)
        let job = try await runs.submit()
        let first = Gate()
        let orchestrator = listens.orchestrator
        let events = Task {
            var count = 0
            for try await event in try await orchestrator.events(of: job.id, after: 0) {
                count += 1
                first.open()
                if case .ended(let status) = event { return (count, status) }
            }
            return (count, JobStatus.running)
        }
        let waiting = Task { try await orchestrator.report(job.id, waitingFor: .seconds(3_600)).status }
        try await within("the first event") { try await first.wait() }
        #expect(try await orchestrator.report(job.id).status == .running)
        gate.open()
        let (count, status) = try await events.value(within: "the end")
        #expect(count == 3)
        #expect(status == .completed)
        #expect(try await waiting.value(within: "waking") == .completed)
        try await listens.leavesNothing()
    }

    @Test("A job that another process takes over or cancels wakes who waits where it was submitted")
    func takenFromHere() async throws {
        let storage = SharedStorage()
        let here = OrchestratorSetup([ScriptedOperator(.hang)], storage: storage)
        let other = OrchestratorSetup([ScriptedOperator()], storage: storage)
        let job = try await here.submit()
        let orchestrator = here.orchestrator
        let waiting = Task { try await orchestrator.report(job.id, waitingFor: .seconds(3_600)).status }
        let events = Task { try await read(here, job.id) }
        try await eventually("two who listen") { orchestrator.board.listenerCount == 2 }
        _ = try await other.orchestrator.cancel(job.id)
        #expect(try await waiting.value(within: "waking") == .failed)
        #expect(try await events.value(within: "the end") == ["1: part 0", "FAILED"])
        try await orchestrator.dropLost()
        try await here.leavesNothing()
    }

    @Test("Who stops listening is let go, and so is who is cancelled")
    func leaves() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup([ScriptedOperator(.after(gate, .empty(learnerKnown: true))), ScriptedOperator()])
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        #expect(try await read(setup, job.id, atMost: 1) == ["1: part 1"])
        try await eventually("nobody who listens") { orchestrator.board.listenerCount == 0 }
        let listening = Task { try await read(setup, job.id) }
        try await eventually("one who listens") { orchestrator.board.listenerCount == 1 }
        listening.cancel()
        _ = await listening.result
        try await eventually("nobody who listens") { orchestrator.board.listenerCount == 0 }
        gate.open()
        #expect(try await setup.finished(job.id).status == .completed)
        try await setup.leavesNothing()
    }

    @Test("An unknown job has no events; of one whose data was removed the listener hears so")
    func unknown() async throws {
        let setup = OrchestratorSetup()
        let unknown = await #expect(throws: LIFError.self) { try await read(setup, JobID()) }
        #expect(unknown?.code == .jobNotFoundException)
        let job = try await setup.submit()
        _ = try await setup.finished(job.id)
        setup.time.advance(by: .seconds(8 * 86_400))
        try await setup.orchestrator.removeExpired()
        let expired = await #expect(throws: LIFError.self) { try await read(setup, job.id) }
        #expect(expired?.code == .resultExpired)
        try await setup.leavesNothing()
    }
}
