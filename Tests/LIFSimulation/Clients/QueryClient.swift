import LIFModel
import LIFQueryPlanner

/// Asks one query after the other: waits, polls, or listens, and tells the auditor what it sees.
struct QueryClient: Sendable {
    let world: World
    let house: House
    let name: String

    func run() async {
        while world.now < world.scenario.duration {
            try? await world.sleep(world.random(0...6.0))
            await ask()
        }
    }

    private func question() -> (Question, LIFQuery, QueryOptions) {
        // More than one page, of little.
        let isLarge = world.scenario.hasLargeQueries && world.chance(10)
        let all = Array(0..<(isLarge ? world.random(101...120) : world.scenario.learners))
        let learners = world.chance(70) && !isLarge ? [world.random(0...all.count - 1)] : all
        let isWhole = world.chance(20) && !isLarge
        let paths =
            isLarge
            ? [Scenario.allPaths[world.random(0...3)]]
            : Scenario.allPaths.filter { _ in isWhole || world.chance(50) }
        let fields = isWhole || paths.isEmpty ? [] : paths.map { "Person.\($0)" }
        let age: Double? = world.chance(60) ? nil : world.pick([0, 0, 1, 5, 20])
        let wait: Double? = world.chance(50) ? nil : world.pick([0, 0.1, 1, 5])
        var options = QueryOptions()
        options.maximumAge = age.map { .seconds($0) }
        options.wait = wait.map { .seconds($0) }
        options.asynchrony = world.pick([.refused, .allowed, .preferred]) ?? .refused
        return (
            Question(
                learners: learners, paths: fields.isEmpty ? Scenario.allPaths : paths, time: world.now,
                maximumAge: age, wait: wait ?? 10),
            LIFQuery(learners: learners.map(Learners.identifier(of:)), selectedFields: fields), options
        )
    }

    private var patience: Double {
        world.scenario.has(.impatience) && world.chance(30) ? world.random(0...4.0) : 60
    }

    private enum Reply: Sendable {
        case answer([SeenPart])
        case goesOn(RandomID)
    }

    private func ask() async {
        guard let holder = house.anyHolder else { return }
        let (question, query, options) = question()
        do {
            let reply = try await world.machine.call(holder.process, patience: patience) {
                try await self.reply(holder, question, query, options)
            }
            switch reply {
            case .answer(let parts):
                world.note("\(name) has an answer with \(parts.count) parts from holder \(holder.process)")
                world.saw(.answered(question, by: holder.process, parts: parts))
            case .goesOn(let id):
                world.note("\(name) has the id \(id.logLabel) from holder \(holder.process)")
                world.saw(.queryAccepted(id: id.text, question))
                let followed = Followed(world: world, house: house, id: id, question: question)
                world.readLater { await followed.readAgain() }
                if world.sabotage == .forgottenQuery, world.chance(20) { await house.forget(id) }
                await followed.untilEnd()
            }
        } catch {
            refused(error, "a query")
        }
    }

    /// What the process does for the request.
    private func reply(
        _ holder: Holder, _ question: Question, _ query: LIFQuery, _ options: QueryOptions
    ) async throws -> Reply {
        if world.sabotage == .lateAnswer, world.chance(10) { try await world.sleep(20) }
        if world.sabotage == .unexplainedError, world.chance(10) {
            throw LIFError(.internalFault, "Something is wrong.", blame: .us)
        }
        switch try await holder.planner.reply(to: query, options) {
        case .answer(let ready):
            return .answer(SeenPart.parts(of: ready.answer.parts, ready.answer.records, question))
        case .cached(let cached): return .answer(try await SeenPart.parts(of: cached, question, world))
        case .kept(let kept):
            do {
                let parts = try await SeenPart.parts(of: kept, question, world)
                await holder.planner.discard(kept.request.id)
                return .answer(parts)
            } catch {
                await holder.planner.discard(kept.request.id)
                throw error
            }
        case .goesOn(let id): return .goesOn(id)
        }
    }

    private func refused(_ error: any Error, _ what: String) {
        let code = Errors.code(of: error)
        world.note("\(name): \(what) got \(code)")
        world.saw(.refused(code: code, what: what))
    }
}

/// How clients see errors.
enum Errors {
    static func code(of error: any Error) -> String {
        switch error {
        case let error as LIFError: error.code.rawValue
        case is ConnectionLost: "connection lost"
        case is CancellationError: "cancelled"
        default: "unknown"
        }
    }
}

/// An asynchronous query as clients follow it who have its id: any planner answers about it.
struct Followed: Sendable {
    let world: World
    let house: House
    let id: RandomID
    let question: Question

    /// Returns when the answer was read.
    func untilEnd() async {
        let reader = world.random(1...1 << 40)
        var position = 0
        var isEnded = false
        while true {
            guard let holder = house.anyHolder else {
                try? await world.sleep(1)
                continue
            }
            do {
                if isEnded {
                    if try await readAnswer(holder) { return }
                } else if world.chance(40) {
                    isEnded = try await poll(holder)
                } else {
                    let feed = Feed(position: position)
                    defer { position = feed.position }
                    isEnded = try await listen(holder, reader, feed)
                }
            } catch {
                if isLost(error) { return }
                try? await world.sleep(world.random(0.1...2))
            }
        }
    }

    /// A reader that begins at the beginning, and the answer: what a client finds that comes later.
    func readAgain() async {
        for _ in 0..<20 {
            guard let holder = house.anyHolder else { return }
            do {
                guard try await listen(holder, world.random(1...1 << 40), Feed(position: 0)) else { continue }
                if try await readAnswer(holder) { return }
            } catch {
                world.note("\(id.logLabel) cannot be read again yet: \(Errors.code(of: error))")
                if isLost(error) { return }
                try? await world.sleep(1)
            }
        }
    }

    private func isLost(_ error: any Error) -> Bool {
        let code = Errors.code(of: error)
        world.saw(.refused(code: code, what: "a client with an id"))
        guard code == LIFError.Code.correlationIDNotFound.rawValue || code == LIFError.Code.resultExpired.rawValue
        else { return false }
        world.saw(.unknown(id: id.text))
        return true
    }

    private func poll(_ holder: Holder) async throws -> Bool {
        let limit = world.random(0...5.0)
        let request = try await world.machine.call(holder.process, patience: 30) {
            try await holder.planner.request(id, waitingFor: .seconds(limit))
        }
        let end = Self.end(request.state)
        world.saw(.status(id: id.text, end: end))
        return end != nil
    }

    /// - Returns: Whether it has read the end.
    private func listen(_ holder: Holder, _ reader: Int, _ feed: Feed) async throws -> Bool {
        // It leaves in the middle now and then, and comes back.
        let most = world.chance(50) ? Int.max : world.random(1...3)
        return try await world.machine.call(holder.process, patience: world.chance(80) ? 40 : 2) {
            let events = try await holder.planner.events(of: id, after: feed.position)
            var count = 0
            while count < most, let event = try await events.next() {
                switch event {
                case .part(let part):
                    count += 1
                    feed.advance(to: part.position)
                    see(part, reader)
                case .end(let status):
                    world.saw(.feedEnded(id: id.text, reader: reader, end: Self.end(status.state) ?? "pending"))
                    return true
                }
            }
            return false
        }
    }

    private func see(_ part: PositionedPart, _ reader: Int) {
        if world.sabotage == .droppedEvent, world.chance(10) { return }
        let seen = SeenPart(part.landed, question)
        for _ in 0..<(world.sabotage == .repeatedEvent && world.chance(10) ? 2 : 1) {
            world.saw(.event(id: id.text, reader: reader, position: part.position, seen))
        }
    }

    private func readAnswer(_ holder: Holder) async throws -> Bool {
        let seen = try await world.machine.call(holder.process, patience: 30) { () -> (String?, [SeenPart]?) in
            let request = try await holder.planner.request(id)
            guard request.state == .completed else { return (Self.end(request.state), nil) }
            let answer = try await holder.planner.answer(to: request)
            return (Self.end(request.state), try await SeenPart.parts(of: answer, question, world))
        }
        world.saw(.status(id: id.text, end: seen.0))
        guard let parts = seen.1 else { return seen.0 != nil }
        world.saw(.result(id: id.text, parts: parts))
        return true
    }

    private static func end(_ state: ProcessedRequest.State) -> String? {
        switch state {
        case .pending: nil
        case .completed: "completed"
        case .failed(let code, _): "failed: \(code)"
        case .expired: "expired"
        }
    }
}
