import LIFModel
import LIFWorkflow

extension JobStoreConformance {
    static func ending(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A job is finished once; its time and status stay.") { expect in
                let store = try await make()
                let holder = HolderID()
                let job = try await store.accept(SampleJobs.job(holder: holder))
                var expected = job
                (expected.finishedAt, expected.finalStatus) = (SampleJobs.date(3.5), .failed)
                try expect(
                    try await store.finish(job.id, status: .failed, at: SampleJobs.date(3.5)), "the first was no first")
                try expect(
                    try await !store.finish(job.id, status: .completed, at: SampleJobs.date(9)),
                    "the second was a first")
                try expect.equal(try await store.job(job.id), expected, "what is kept")
                try expect(try await store.held(by: holder).isEmpty, "it is still held")
                try expect(try await store.claim(for: HolderID(), living: [], limit: 100).isEmpty, "it was claimed")
                try expect(
                    try await !store.finish(JobID(), status: .completed, at: SampleJobs.date(9)),
                    "a job that does not exist was finished")
            },
            ConformanceCheck("Who held a job before it was taken over or cancelled does not finish it.") { expect in
                let store = try await make()
                let job = try await store.accept(SampleJobs.job())
                _ = try await store.claim(for: HolderID(), living: [], limit: 100)
                _ = try await store.cancel(job.id, at: SampleJobs.date(1), by: HolderID())
                for fence in 1...2 {
                    try expect(
                        try await !store.finish(job.id, status: .completed, fence: fence, at: SampleJobs.date(2)),
                        "by fence \(fence)")
                }
                try expect(try await store.job(job.id)?.finalStatus == nil, "it is finished")
                try expect(
                    try await store.finish(job.id, status: .failed, fence: 3, at: SampleJobs.date(3)), "the holder")
            },
            ConformanceCheck("A status that is not final finishes nothing.") { expect in
                let store = try await make()
                let job = try await store.accept(SampleJobs.job())
                for status in [JobStatus.starting, .running] {
                    try expect(
                        try await !store.finish(job.id, status: status, at: SampleJobs.date(1)), "\(status) did")
                }
                try expect.equal(try await store.job(job.id), job, "what is kept")
            },
            ConformanceCheck("Of many that finish a job at the same time exactly one is the first.") { expect in
                let store = try await make()
                let job = try await store.accept(SampleJobs.job())
                let firsts = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<16 {
                        group.addTask {
                            try await store.finish(job.id, status: .completed, at: SampleJobs.date(Double(number)))
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                try expect.equal(firsts, 1, "number of firsts")
            },
            ConformanceCheck("A reopened job is as before its end, with another holder and a raised fence.") { expect in
                let store = try await make()
                let own = HolderID()
                let job = try await store.accept(SampleJobs.job(key: "key", sources: ["org1", "org2"]))
                _ = try await store.fail(job.id, Failure(.internal, "no engine"), fence: 1)
                _ = try await store.cancel(job.id, at: SampleJobs.date(1), by: HolderID())
                _ = try await store.finish(job.id, status: .failed, at: SampleJobs.date(2))
                _ = try await store.acknowledge(job.id, at: SampleJobs.date(3))
                let expected = Job(
                    id: job.id, submission: job.submission, acceptedAt: job.acceptedAt, startedAt: SampleJobs.date(4),
                    holder: own,
                    fence: 3)
                try expect.equal(
                    try await store.reopen(job.id, at: SampleJobs.date(4), by: own), expected, "what reopen gives")
                try expect.equal(try await store.job(job.id), expected, "what is kept")
                try expect.equal(try await store.held(by: own), [expected], "what the holder has")
                try expect.equal(
                    try await store.jobs(JobFilter(status: .running)), [expected], "the unfinished jobs")
                let expired = try await store.withExpiredData(
                    finishedBefore: SampleJobs.date(99), acknowledgedBefore: SampleJobs.date(99), limit: 9)
                try expect(expired.isEmpty, "its data may go")
                try expect(
                    try await store.finish(job.id, status: .completed, at: SampleJobs.date(4)),
                    "its second end was not the first since then")
            },
            ConformanceCheck("A job that is not finished, or does not exist, or has no data any more is not reopened.")
            {
                expect in
                let store = try await make()
                let (open, bare) = (SampleJobs.job(), SampleJobs.job())
                for job in [open, bare] { _ = try await store.accept(job) }
                _ = try await store.finish(bare.id, status: .failed, at: SampleJobs.date(1))
                try await store.markDataRemoved([bare.id])
                for id in [open.id, bare.id, JobID()] {
                    try expect(try await store.reopen(id, at: SampleJobs.date(4), by: HolderID()) == nil, "it gave one")
                }
                try expect.equal(try await store.job(open.id), open, "the unfinished job")
            },
            ConformanceCheck("Results are acknowledged when the job is finished, and may be again.") { expect in
                let store = try await make()
                let job = try await store.accept(SampleJobs.job())
                try expect(try await !store.acknowledge(job.id, at: SampleJobs.date(1)), "before its end")
                try expect(try await !store.acknowledge(JobID(), at: SampleJobs.date(1)), "without a job")
                _ = try await store.finish(job.id, status: .completed, at: SampleJobs.date(2))
                for seconds in [3.0, 9] {
                    try expect(
                        try await store.acknowledge(job.id, at: SampleJobs.date(seconds)), "it was refused")
                }
                let expired = try await store.withExpiredData(
                    finishedBefore: nil, acknowledgedBefore: SampleJobs.date(4), limit: 9)
                try expect.equal(expired, [job.id], "what was acknowledged before, counted from the first time")
            },
        ]
    }
}
