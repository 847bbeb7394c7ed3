import LIFModel
import LIFWorkflow

extension OutputQueueConformance {
    static func removing(_ make: @escaping MakeRoomy) -> [ConformanceCheck] {
        let task = WorkflowTask.Work.fetch(part: 7).id
        return [
            ConformanceCheck("Removed data leaves the summaries; who asks for outcomes is told that they are gone.") {
                expect in
                let queue = try await make()
                let (job, other) = (JobID(), JobID())
                let kinds = try SampleOutcomes.everyKind()
                for part in 0..<5 { _ = try await queue.write(kinds[part], job: job, part: part, fence: 1) }
                _ = try await queue.write(kinds[0], job: other, part: 0, fence: 1)
                try await queue.write(
                    try SampleOutcomes.everyOutput()[0], job: job, task: task, attempt: 1, fence: 1)
                let progress = try await queue.progress(of: job)
                for _ in 0..<2 { try await queue.removeData(of: [job, JobID()]) }
                try expect.equal(try await queue.progress(of: job), progress, "the progress")
                try await expired(expect) { _ = try await queue.outcomes(of: job) }
                try await expired(expect) { _ = try await queue.landed(of: job, after: 0, limit: 9) }
                try await expired(expect) { _ = try await queue.reopenFailed(of: job, partCount: 5, fence: 2) }
                try expect.equal(try await queue.progress(of: job), progress, "the progress after a refused reopening")
                try expect(try await queue.output(of: task, job: job) == nil, "the output is still there")
                try expect(
                    try await !queue.write(kinds[0], job: job, part: 0, fence: 1), "a part's second outcome was a first"
                )
                try expect.equal(try await queue.outcomes(of: other), [0: kinds[0]], "of the other job")
            },
            ConformanceCheck("Removing the data of a job that is not known changes nothing.") { expect in
                let queue = try await make()
                let job = JobID()
                try await queue.removeData(of: [job])
                try expect(try await queue.outcomes(of: job).isEmpty, "it gave outcomes")
            },
            ConformanceCheck("The data of many jobs goes, and they go, whatever their sizes.") { expect in
                let queue = try await make()
                let sizes = [1, 200, 0, 64, 3]
                let jobs = sizes.map { _ in JobID() }
                let outcome = try SampleOutcomes.everyKind()[0]
                for (job, size) in zip(jobs, sizes) {
                    for part in 0..<size { _ = try await queue.write(outcome, job: job, part: part, fence: 1) }
                }
                try await queue.removeData(of: jobs)
                for (job, size) in zip(jobs, sizes) {
                    try expect.equal(try await queue.progress(of: job).count, size, "the progress")
                    if size > 0 { try await expired(expect) { _ = try await queue.outcomes(of: job) } }
                }
                try await queue.remove(jobs)
                for job in jobs {
                    try expect(try await queue.progress(of: job).isEmpty, "it has progress")
                    try expect(try await queue.outcomes(of: job).isEmpty, "it has outcomes")
                }
            },
            ConformanceCheck("A removed job is as one that was never known.") { expect in
                let queue = try await make()
                let (job, other) = (JobID(), JobID())
                for id in [job, other] {
                    _ = try await queue.write(SampleOutcomes.failed(), job: id, part: 0, fence: 1)
                    try await queue.write(
                        try SampleOutcomes.everyOutput()[0], job: id, task: task, attempt: 1, fence: 1)
                    try await queue.raiseFence(of: id, to: 3)
                }
                try await queue.removeData(of: [job])
                try await queue.remove([job, JobID()])
                try expect(try await queue.outcomes(of: job).isEmpty, "it has outcomes")
                try expect(try await queue.progress(of: job).isEmpty, "it has progress")
                try expect(try await queue.output(of: task, job: job) == nil, "it has an output")
                try expect(
                    try await queue.write(SampleOutcomes.failed(), job: job, part: 0, fence: 1),
                    "an outcome was not the first")
                try expect.equal(try await queue.outcomes(of: other).count, 1, "outcomes of the other job")
                try expect(try await queue.output(of: task, job: other) != nil, "the other job's output is gone")
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
