import CSimulation

/// Makes the troubles of a scenario, each again and again, until it is healed.
struct Nemesis: Sendable {
    let world: World
    let house: House

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await changeData() }
            for trouble in Scenario.Trouble.allCases where world.scenario.has(trouble) {
                group.addTask { await make(trouble) }
            }
            try? await world.sleep(world.scenario.duration)
            group.cancelAll()
        }
        world.note("all is healed")
        simulationHeals()
    }

    private func simulationHeals() {
        world.change { $0 = World.Weather(isHealed: true) }
        house.heal()
    }

    private func make(_ trouble: Scenario.Trouble) async {
        while !Task.isCancelled {
            guard (try? await world.sleep(world.random(1...40.0))) != nil else { return }
            switch trouble {
            case .crashes: await crash()
            case .stops: await stop()
            case .pauses: await pause()
            case .storeFaults: await storeFaults()
            case .lostAnswers:
                await during(1...15) {
                    $0.lostAnswers = 15
                } after: {
                    $0.lostAnswers = 0
                }
            case .clockJumps: moveClock()
            case .reloads: await reload()
            case .sourceFaults: await sourceFaults()
            case .receiverFaults:
                await during(5...60) {
                    $0.receiverFaults = 60
                } after: {
                    $0.receiverFaults = 0
                }
            case .impatience: break
            }
        }
    }

    private func during(
        _ seconds: ClosedRange<Double>, _ begin: (inout World.Weather) -> Void, after end: (inout World.Weather) -> Void
    ) async {
        world.change(begin)
        try? await world.sleep(world.random(seconds))
        world.change(end)
    }

    private func crash() async {
        let slot = world.random(0...house.slots.count - 1)
        house.kill(slot)
        try? await world.sleep(world.chance(50) ? 0.1 : world.random(0...30.0))
        house.start(slot)
    }

    private func stop() async {
        let slot = world.random(0...house.slots.count - 1)
        await house.shutDown(slot)
        try? await world.sleep(world.random(0...5.0))
        house.start(slot)
    }

    private func pause() async {
        let slot = world.random(0...house.slots.count - 1)
        house.stop(slot)
        try? await world.sleep(world.chance(40) ? world.random(35...90.0) : world.random(0.1...10))
        house.resume(slot)
    }

    private func storeFaults() async {
        let percent = world.pick([5, 30, 100]) ?? 5
        world.note("the store refuses \(percent) % of the calls")
        await during(1...20) {
            $0.storeFaults = percent
            $0.storeDelay = 0.5
        } after: {
            $0.storeFaults = 0
            $0.storeDelay = 0.004
        }
        world.note("the store works again")
    }

    private func sourceFaults() async {
        guard let source = world.pick(world.scenario.sources)?.id else { return }
        let hangs = world.chance(25)
        world.note("\(source) \(hangs ? "hangs" : "fails")")
        await during(2...40) {
            if hangs { $0.hanging.insert(source) } else { $0.sourceFaults[source] = 60 }
        } after: {
            $0.hanging.remove(source)
            $0.sourceFaults[source] = 0
        }
        world.note("\(source) is well")
    }

    private func moveClock() {
        let seconds = (world.pick([1, 30, 300, 5_000]) ?? 1) * (world.chance(50) ? 1 : -1)
        world.note("the clock is set by \(seconds) s")
        world.saw(.clockMoved)
        simulation_move_time_of_day(Int64(seconds) * 1_000_000_000)
    }

    private func reload() async {
        await house.reconfigure(house.sources.map { world.chance(50) ? world.changed($0) : $0 })
    }

    /// The records at the sources change.
    private func changeData() async {
        while !Task.isCancelled {
            try? await world.sleep(world.random(0.2...4))
            guard let source = world.pick(world.scenario.sources)?.id, let path = world.pick(Scenario.allPaths)
            else { continue }
            let learner = world.random(0...world.scenario.learners - 1)
            world.raiseVersion(of: Key(learner: learner, source: source, path: path))
        }
    }
}
