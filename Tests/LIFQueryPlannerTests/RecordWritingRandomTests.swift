import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// Random fragments, ends of writes and a stop in any order; after each of them all rules hold.
@Suite(.timeLimit(.minutes(2))) struct RecordWritingRandomTests {
    private typealias Write = RecordWriting.Write

    private static let learners = LIFQueryPlannerTests.learners(0..<9)
    private static let paths = ["Name", "Contact", "CredentialAward"].map(FragmentPath.init(entity:))

    /// What is true of the calls so far, told plainly.
    private struct Model {
        let (writerLimit, waitingLimit): (Int, Int)
        var writing: RecordWriting
        /// What is to be written, and the number of the event that brought it: a learner's first one is its turn.
        var wanted: [LearnerIdentifier: (turn: Int, newest: [FragmentPath: Fragment])] = [:]
        var underWay: [Write] = []
        /// The newest that was written, by learner and path.
        var written: [LearnerIdentifier: [FragmentPath: Fragment]] = [:]
        /// The newest that was taken.
        var taken: [LearnerIdentifier: [FragmentPath: Fragment]] = [:]
        var number = 0
    }

    @Test(
        "The newest of each path is written last, one write of a learner at a time, in turn, and the limits hold",
        arguments: ModelSeeds.some(40))
    func rules(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let limits = (Int.random(in: 1...4, using: &random), Int.random(in: 1...6, using: &random))
        var model = Model(
            writerLimit: limits.0, waitingLimit: limits.1,
            writing: RecordWriting(writerLimit: limits.0, waitingLimit: limits.1))
        for step in 0..<300 {
            model.number = step
            if random.chance(60) {
                try add(&model, &random)
            } else if let write = random.pick(model.underWay) {
                try end(write, &model)
            }
            #expect(model.writing.waitingCount == model.wanted.count, "seed \(seed), step \(step)")
        }
        let closes = random.chance(50)
        if closes {
            #expect(model.writing.close() == model.wanted.count)
            model.wanted = [:]
            let (hasRoom, begins) = model.writing.add([try newest(Self.paths[0], 0)], of: Self.learners[0])
            #expect(hasRoom && begins == nil, "nothing is taken any more, and nobody is warned")
        }
        while let write = model.underWay.last { try end(write, &model) }
        #expect(model.wanted.isEmpty, "it has come to its end")
        #expect(closes || model.written == model.taken, "the newest is what was written last")
    }

    private func newest(_ path: FragmentPath, _ number: Int) throws -> Fragment {
        try fragment(path.entity, #"[{"n":\#(number)}]"#)
    }

    private func add(_ model: inout Model, _ random: inout SeededGenerator) throws {
        guard let learner = random.pick(Self.learners) else { return }
        let fragments = try Self.paths.filter { _ in random.chance(40) }.map { try newest($0, model.number) }
        let (hasRoom, begins) = model.writing.add(fragments, of: learner)
        let isWanted = model.wanted[learner] != nil
        #expect(hasRoom == (fragments.isEmpty || isWanted || model.wanted.count < model.waitingLimit))
        if hasRoom, !fragments.isEmpty {
            for fragment in fragments {
                model.wanted[learner, default: (model.number, [:])].newest[fragment.path] = fragment
                model.taken[learner, default: [:]][fragment.path] = fragment
            }
        }
        try begin(begins, &model)
    }

    private func end(_ write: Write, _ model: inout Model) throws {
        model.underWay.removeAll { $0 == write }
        for fragment in write.fragments { model.written[write.learner, default: [:]][fragment.path] = fragment }
        try begin(model.writing.ended(write), &model)
    }

    private func begin(_ write: Write?, _ model: inout Model) throws {
        let busy = Set(model.underWay.map(\.learner))
        let free = model.wanted.filter { !busy.contains($0.key) }.min { $0.value.turn < $1.value.turn }
        guard let write else {
            #expect(free == nil || model.underWay.count == model.writerLimit, "whose turn it is begins")
            return
        }
        #expect(write.learner == free?.key, "it is the learner's turn, and nobody writes them")
        #expect(model.underWay.count < model.writerLimit)
        let newest = model.wanted.removeValue(forKey: write.learner)?.newest ?? [:]
        #expect(write.fragments == newest.values.sorted { $0.path.entity < $1.path.entity }, "the newest")
        model.underWay.append(write)
        // With the place that it takes nobody else is to begin.
        let others = model.wanted.keys.filter { key in !model.underWay.contains { $0.learner == key } }
        #expect(others.isEmpty || model.underWay.count == model.writerLimit, "no place stays empty")
    }
}
