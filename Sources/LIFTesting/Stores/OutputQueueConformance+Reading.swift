import LIFModel
import LIFWorkflow

extension OutputQueueConformance {
    static func reading(_ make: @escaping MakeRoomy) -> [ConformanceCheck] {
        [
            ConformanceCheck("A job that is not known has nothing.") { expect in
                let queue = try await make()
                let job = JobID()
                try expect(try await queue.outcomes(of: job).isEmpty, "it gave outcomes")
                try expect(try await queue.landed(of: job, after: 0, limit: 9).isEmpty, "something landed")
                try expect(try await queue.progress(of: job).isEmpty, "it has progress")
                try expect(
                    try await queue.output(of: WorkflowTask.Work.fetch(part: 0).id, job: job) == nil,
                    "it gave an output")
            },
            ConformanceCheck("Reading removes nothing.") { expect in
                let queue = try await make()
                let job = JobID()
                _ = try await queue.write(try SampleOutcomes.everyKind()[0], job: job, part: 0, fence: 1)
                let first = try await queue.outcomes(of: job)
                try expect.equal(try await queue.outcomes(of: job), first, "the second read")
                try expect.equal(first.count, 1, "number of outcomes")
                let landed = try await queue.landed(of: job, after: 0, limit: 9)
                try expect.equal(try await queue.landed(of: job, after: 0, limit: 9), landed, "what landed")
            },
            ConformanceCheck("Some parts of a job can be read alone.") { expect in
                let queue = try await make()
                let job = JobID()
                let kinds = try SampleOutcomes.everyKind()
                for part in 0..<5 { _ = try await queue.write(kinds[part], job: job, part: part, fence: 1) }
                _ = try await queue.write(kinds[0], job: JobID(), part: 2, fence: 1)
                let some = try await queue.outcomes(of: job, parts: 1..<3)
                try expect.equal(some, [1: kinds[1], 2: kinds[2]], "parts 1 and 2")
                try expect(try await queue.outcomes(of: job, parts: 5..<9).isEmpty, "there are parts after the last")
            },
            ConformanceCheck("The size of data is known without reading them.") { expect in
                let queue = try await make()
                let job = JobID()
                let kinds = try SampleOutcomes.everyKind()
                for (part, outcome) in kinds.enumerated() {
                    _ = try await queue.write(outcome, job: job, part: part, fence: 1)
                }
                let sizes = try await queue.sizes(of: job, parts: 0..<kinds.count)
                for (part, outcome) in kinds.enumerated() {
                    // What stands around the items may be counted or not.
                    let (size, items) = (sizes[part] ?? 0, outcome.dataBytes)
                    try expect((items...10 * items + 2).contains(size), "part \(part) has \(size) for \(items) bytes")
                }
                let some = try await queue.sizes(of: job, parts: 1..<kinds.count)
                try expect(some == sizes.filter { $0.key >= 1 }, "of some parts: \(some)")
            },
            ConformanceCheck("What landed comes in its order, after a position, at most as many as asked for.") {
                expect in
                let queue = try await make()
                let job = JobID()
                let parts = [4, 0, 3, 1, 2]
                let kinds = try SampleOutcomes.everyKind()
                for part in parts {
                    _ = try await queue.write(kinds[part], job: job, part: part, fence: 1)
                    // Others land in between.
                    _ = try await queue.write(kinds[0], job: JobID(), part: part, fence: 1)
                }
                let all = try await queue.landed(of: job, after: 0, limit: 9)
                try expect.equal(all.map(\.part), parts, "the order")
                try expect.equal(all.map(\.outcome), parts.map { kinds[$0] }, "the outcomes")
                let positions = all.map(\.position)
                try expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 }, "positions do not grow")
                try expect(positions.allSatisfy { $0 > 0 }, "a position is not above 0")
                let some = try await queue.landed(of: job, after: positions[1], limit: 2)
                try expect.equal(some, Array(all[2...3]), "two after the second")
                try expect(try await queue.landed(of: job, after: positions[4], limit: 9).isEmpty, "after the last")
                try expect(try await queue.landed(of: job, after: 0, limit: 0).isEmpty, "with limit 0")
            },
            ConformanceCheck("Progress sums up what landed, without the data.") { expect in
                let queue = try await make()
                let job = JobID()
                let kinds = try SampleOutcomes.everyKind()
                for (part, outcome) in kinds.enumerated() {
                    _ = try await queue.write(outcome, job: job, part: part, fence: 1)
                }
                let progress = try await queue.progress(of: job)
                for (part, outcome) in kinds.enumerated() {
                    try expect.equal(progress[part], OutcomeSummary(outcome), "part \(part)")
                }
                try expect.equal(progress.count, kinds.count, "number of parts")
                try expect.equal(progress[0]?.items, 3, "the items of the first")
            },
        ]
    }

    static func handingOn(_ make: @escaping MakeRoomy) -> [ConformanceCheck] {
        let fetch = WorkflowTask.Work.fetch(part: 1).id
        return [
            ConformanceCheck("An output of every kind is read as it was written, to the byte.") { expect in
                let queue = try await make()
                for output in try SampleOutcomes.everyOutput() {
                    let job = JobID()
                    try await queue.write(output, job: job, task: fetch, attempt: 1, fence: 1)
                    try expect.equal(try await queue.output(of: fetch, job: job), output, "what is read")
                    try expect.equal(try await queue.output(of: fetch, job: job), output, "the second read")
                }
            },
            ConformanceCheck("The last attempt's output stands; writing one again or late changes nothing.") { expect in
                let queue = try await make()
                let job = JobID()
                let outputs = try SampleOutcomes.everyOutput()
                for (attempt, output) in [(1, 0), (1, 1), (3, 2), (2, 3), (3, 0)] {
                    try await queue.write(outputs[output], job: job, task: fetch, attempt: attempt, fence: 1)
                    let expected = attempt == 1 ? outputs[0] : outputs[2]
                    try expect.equal(try await queue.output(of: fetch, job: job), expected, "after attempt \(attempt)")
                }
            },
            ConformanceCheck("Outputs of different tasks and jobs do not mix.") { expect in
                let queue = try await make()
                let outputs = try SampleOutcomes.everyOutput()
                let (job, other) = (JobID(), JobID())
                let works: [WorkflowTask.Work] = [.fetch(part: 1), .translate(part: 1), .process(part: 1, step: 0)]
                for (work, output) in zip(works, outputs) {
                    try await queue.write(output, job: job, task: work.id, attempt: 1, fence: 1)
                }
                try await queue.write(outputs[3], job: other, task: fetch, attempt: 1, fence: 1)
                for (work, output) in zip(works, outputs) {
                    try expect.equal(try await queue.output(of: work.id, job: job), output, "\(work.id)")
                }
                try expect.equal(try await queue.output(of: fetch, job: other), outputs[3], "of the other job")
            },
            ConformanceCheck("A part's outcome drops the outputs of its tasks, and of no others.") { expect in
                let queue = try await make()
                let output = try SampleOutcomes.everyOutput()[0]
                let job = JobID()
                let gone: [WorkflowTask.Work] = [.fetch(part: 1), .translate(part: 1), .process(part: 1, step: 11)]
                let kept: [WorkflowTask.Work] = [.fetch(part: 0), .fetch(part: 10), .fetch(part: 11), .start]
                for work in gone + kept {
                    try await queue.write(output, job: job, task: work.id, attempt: 1, fence: 1)
                }
                try await queue.write(output, job: JobID(), task: fetch, attempt: 1, fence: 1)
                _ = try await queue.write(SampleOutcomes.failed(), job: job, part: 1, fence: 1)
                for work in gone {
                    try expect(try await queue.output(of: work.id, job: job) == nil, "\(work.id) is still there")
                }
                for work in kept {
                    try expect.equal(try await queue.output(of: work.id, job: job), output, "\(work.id)")
                }
            },
            ConformanceCheck("An output that comes after the part's outcome is not kept.") { expect in
                let queue = try await make()
                let job = JobID()
                _ = try await queue.write(SampleOutcomes.failed(), job: job, part: 1, fence: 1)
                let output = try SampleOutcomes.everyOutput()[0]
                try await queue.write(output, job: job, task: fetch, attempt: 7, fence: 1)
                try expect(try await queue.output(of: fetch, job: job) == nil, "it was kept")
            },
        ]
    }

    static func limiting(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("An outcome or output larger than the queue takes is refused; one just as large is not.") {
                expect in
                let queue = try await make(100)
                let job = JobID()
                let (fitting, large) = (try SampleOutcomes.data(bytes: 100), try SampleOutcomes.data(bytes: 101))
                try await refused(expect, .answerTooLarge) {
                    _ = try await queue.write(large, job: job, part: 0, fence: 1)
                }
                try expect(
                    try await queue.write(fitting, job: job, part: 0, fence: 1),
                    "a part that was refused has an outcome")
                let task = WorkflowTask.Work.fetch(part: 1).id
                try await refused(expect, .answerTooLarge) {
                    try await queue.write(
                        TaskOutput(.fragments(large.fragments)), job: job, task: task, attempt: 1, fence: 1)
                }
                try expect(try await queue.output(of: task, job: job) == nil, "what was refused is there")
                try await queue.write(
                    TaskOutput(.fragments(fitting.fragments)), job: job, task: task, attempt: 1, fence: 1)
            }
        ]
    }
}
