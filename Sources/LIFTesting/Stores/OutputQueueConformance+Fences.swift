import LIFModel
import LIFWorkflow

extension OutputQueueConformance {
    static func fencing(_ make: @escaping MakeRoomy) -> [ConformanceCheck] {
        let fetch = WorkflowTask.Work.fetch(part: 1).id
        return [
            ConformanceCheck("A writer with a lower fence than the job's is refused, and nothing is written.") {
                expect in
                let queue = try await make()
                let job = JobID()
                let output = try SampleOutcomes.everyOutput()[0]
                try await queue.write(output, job: job, task: fetch, attempt: 1, fence: 1)
                try await queue.raiseFence(of: job, to: 3)
                try await refused(expect, .cancelled) {
                    _ = try await queue.write(SampleOutcomes.failed(), job: job, part: 1, fence: 2)
                }
                try await refused(expect, .cancelled) {
                    try await queue.write(output, job: job, task: fetch, attempt: 2, fence: 2)
                }
                try await refused(expect, .cancelled) {
                    _ = try await queue.reopenFailed(of: job, partCount: 2, fence: 2)
                }
                try expect(try await queue.outcomes(of: job).isEmpty, "an outcome was filed")
                try expect.equal(try await queue.output(of: fetch, job: job), output, "the output")
            },
            ConformanceCheck("A writer with the job's fence or a higher one is let in, and raises it for nobody.") {
                expect in
                let queue = try await make()
                let job = JobID()
                try await queue.raiseFence(of: job, to: 2)
                for (part, fence) in [(0, 2), (1, 9), (2, 2)] {
                    try expect(
                        try await queue.write(SampleOutcomes.failed(), job: job, part: part, fence: fence),
                        "part \(part) was not the first")
                }
                try await queue.write(
                    try SampleOutcomes.everyOutput()[0], job: job, task: .init("start"), attempt: 1, fence: 2)
            },
            ConformanceCheck("A fence never falls, and is of one job only.") { expect in
                let queue = try await make()
                let job = JobID()
                try await queue.raiseFence(of: job, to: 5)
                try await queue.raiseFence(of: job, to: 2)
                try await refused(expect, .cancelled) {
                    _ = try await queue.write(SampleOutcomes.failed(), job: job, part: 0, fence: 4)
                }
                try expect(
                    try await queue.write(SampleOutcomes.failed(), job: JobID(), part: 0, fence: 1),
                    "another job's was not the first")
            },
        ]
    }

    static func reopening(_ make: @escaping MakeRoomy) -> [ConformanceCheck] {
        [
            ConformanceCheck("Reopening takes the failed outcomes away and tells which parts have none.") { expect in
                let queue = try await make()
                let job = JobID()
                let kinds = try SampleOutcomes.everyKind()
                _ = try await queue.write(kinds[0], job: job, part: 0, fence: 1)
                _ = try await queue.write(SampleOutcomes.failed(), job: job, part: 1, fence: 1)
                _ = try await queue.write(kinds[2], job: job, part: 2, fence: 1)
                _ = try await queue.write(SampleOutcomes.failed(), job: job, part: 3, fence: 1)
                let positions = try await queue.landed(of: job, after: 0, limit: 9).map(\.position)
                try expect.equal(
                    try await queue.reopenFailed(of: job, partCount: 5, fence: 2), [1, 3, 4], "parts without an outcome"
                )
                try expect.equal(
                    try await queue.outcomes(of: job), [0: kinds[0], 2: kinds[2]], "what is left")
                try expect.equal(Set(try await queue.progress(of: job).keys), [0, 2], "the progress")
                try await refused(expect, .cancelled) {
                    _ = try await queue.write(kinds[0], job: job, part: 1, fence: 1)
                }
                try expect(
                    try await queue.write(kinds[0], job: job, part: 3, fence: 2), "a part's second run was no first")
                let last = try await queue.landed(of: job, after: positions[3], limit: 9)
                try expect.equal(last.map(\.part), [3], "what landed after all positions known before")
            },
            ConformanceCheck("Reopening takes the outcomes away of which a path failed, with data or without.") {
                expect in
                let queue = try await make()
                let job = JobID()
                let path = FragmentPath(entity: "Contact")
                for (part, kind) in try SampleOutcomes.everyKind().prefix(2).enumerated() {
                    let partial = Outcome(
                        kind.failure == nil ? kind.result : .empty(learnerKnown: true), finishedAt: kind.finishedAt,
                        duration: .zero, failures: [path: Failure(.sourceError, "It failed.")])
                    _ = try await queue.write(partial, job: job, part: part, fence: 1)
                }
                _ = try await queue.write(try SampleOutcomes.everyKind()[0], job: job, part: 2, fence: 1)
                try expect.equal(
                    try await queue.reopenFailed(of: job, partCount: 3, fence: 2), [0, 1], "parts without an outcome")
                try expect.equal(Set(try await queue.progress(of: job).keys), [2], "the progress")
            },
            ConformanceCheck("A part that is run again hands its outputs on again.") { expect in
                let queue = try await make()
                let job = JobID()
                let task = WorkflowTask.Work.fetch(part: 0).id
                let outputs = try SampleOutcomes.everyOutput()
                try await queue.write(outputs[3], job: job, task: task, attempt: 4, fence: 1)
                _ = try await queue.write(SampleOutcomes.failed(), job: job, part: 0, fence: 1)
                _ = try await queue.reopenFailed(of: job, partCount: 1, fence: 2)
                try expect(try await queue.output(of: task, job: job) == nil, "the first run's output is there")
                try await queue.write(outputs[0], job: job, task: task, attempt: 1, fence: 2)
                try expect.equal(try await queue.output(of: task, job: job), outputs[0], "the second run's output")
            },
            ConformanceCheck("Reopening what is not known gives all parts.") { expect in
                let queue = try await make()
                let open = try await queue.reopenFailed(of: JobID(), partCount: 2, fence: 1)
                try expect.equal(open, [0, 1], "parts without an outcome")
            },
        ]
    }
}
