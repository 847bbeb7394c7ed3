import LIFModel
import LIFWorkflow

extension JobStoreConformance {
    static func holding(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A claim gives the unfinished jobs of the dead, oldest first, with their fences raised.") {
                expect in
                let store = try await make()
                let (dead, living, own) = (HolderID(), HolderID(), HolderID())
                let jobs = [
                    SampleJobs.job(at: 3, holder: dead), SampleJobs.job(at: 1, holder: HolderID()),
                    SampleJobs.job(at: 2, holder: living), SampleJobs.job(at: 0, holder: own),
                    SampleJobs.job(at: 4, holder: dead),
                ]
                for job in jobs { _ = try await store.accept(job) }
                _ = try await store.finish(jobs[4].id, status: .completed, at: SampleJobs.date(5))
                let claimed = try await store.claim(for: own, living: [own, living], limit: 100)
                let expected = [jobs[1], jobs[0]].map { job in
                    Job(
                        id: job.id, submission: job.submission, acceptedAt: job.acceptedAt, holder: own,
                        fence: job.fence + 1)
                }
                try expect.equal(claimed, expected, "the jobs claimed")
                for job in expected { try expect.equal(try await store.job(job.id), job, "what is kept") }
                for index in [2, 3] {
                    try expect.equal(try await store.job(jobs[index].id), jobs[index], "a job of a living holder")
                }
                try expect(
                    try await store.claim(for: own, living: [own, living], limit: 100).isEmpty,
                    "a second claim gave some")
            },
            ConformanceCheck("A claim takes no more jobs than it may, the oldest first.") { expect in
                let store = try await make()
                var jobs: [JobID] = []
                for number in 0..<5 {
                    jobs.append(try await store.accept(SampleJobs.job(at: Double(number), holder: HolderID())).id)
                }
                let (one, other) = (HolderID(), HolderID())
                let first = try await store.claim(for: one, living: [one, other], limit: 2)
                let second = try await store.claim(for: other, living: [one, other], limit: 2)
                let rest = try await store.claim(for: one, living: [one, other], limit: 2)
                try expect.equal(
                    [first, second, rest].map { $0.map(\.id) },
                    [
                        Array(jobs[..<2]), Array(jobs[2..<4]), Array(jobs[4...]),
                    ], "the jobs claimed")
                try expect(try await store.claim(for: one, living: [], limit: 0).isEmpty, "it gave some of none")
            },
            ConformanceCheck("Of claims at the same time each job goes to one.") { expect in
                let store = try await make()
                try await claimRace(expect, Array(repeating: store, count: 4))
            },
            ConformanceCheck("What a holder has are its unfinished jobs, oldest first.") { expect in
                let store = try await make()
                let (own, other) = (HolderID(), HolderID())
                let jobs = [
                    SampleJobs.job(at: 2, holder: own), SampleJobs.job(at: 1, holder: own),
                    SampleJobs.job(holder: other), SampleJobs.job(at: 3, holder: own),
                ]
                for job in jobs { _ = try await store.accept(job) }
                _ = try await store.finish(jobs[3].id, status: .failed, at: SampleJobs.date(5))
                try expect.equal(try await store.held(by: own), [jobs[1], jobs[0]], "what it has")
                _ = try await store.claim(for: own, living: [own], limit: 100)
                try expect.equal(
                    try await store.held(by: own).map(\.id), [jobs[2], jobs[1], jobs[0]].map(\.id),
                    "what it has after a claim")
                try expect(try await store.held(by: other).isEmpty, "what was claimed is held by both")
            },
            ConformanceCheck("A cancelled job has a date, a raised fence and the holder that cancelled it.") { expect in
                let store = try await make()
                let own = HolderID()
                let job = try await store.accept(SampleJobs.job())
                var expected = job
                (expected.holder, expected.fence) = (own, 2)
                expected.cancelledAt = SampleJobs.date(1)
                try expect.equal(
                    try await store.cancel(job.id, at: SampleJobs.date(1), by: own), expected, "what cancel gives")
                try expect.equal(try await store.job(job.id), expected, "what is kept")
                try expect.equal(try await store.held(by: own), [expected], "what the holder has")
                let again = try await store.cancel(job.id, at: SampleJobs.date(7), by: HolderID())
                try expect.equal(again?.cancelledAt, SampleJobs.date(1), "the date after a second time")
                try expect.equal(again?.fence, 3, "the fence after a second time")
            },
            ConformanceCheck("A job that is finished or does not exist is not cancelled.") { expect in
                let store = try await make()
                let job = try await store.accept(SampleJobs.job())
                _ = try await store.finish(job.id, status: .completed, at: SampleJobs.date(1))
                let kept = try await store.job(job.id)
                for id in [job.id, JobID()] {
                    try expect(
                        try await store.cancel(id, at: SampleJobs.date(2), by: HolderID()) == nil, "it gave one")
                }
                try expect.equal(try await store.job(job.id), kept, "the finished job")
            },
            ConformanceCheck("An engine's failure is noted by who holds the job, and by nobody else.") { expect in
                let store = try await make()
                let job = try await store.accept(SampleJobs.job())
                let failure = Failure(.internal, "The engine said \"no\".", attempts: 2)
                var expected = job
                expected.engineFailure = failure
                try expect.equal(try await store.fail(job.id, failure, fence: 1), expected, "what fail gives")
                try expect.equal(try await store.job(job.id), expected, "what is kept")
                _ = try await store.claim(for: HolderID(), living: [], limit: 100)
                let late = Failure(.internal, "late")
                try expect(try await store.fail(job.id, late, fence: 1) == nil, "an earlier holder was let in")
                try expect.equal(try await store.job(job.id)?.engineFailure, failure, "the failure kept")
                try expect(try await store.fail(JobID(), late, fence: 9) == nil, "it gave a job that does not exist")
                _ = try await store.finish(job.id, status: .failed, at: SampleJobs.date(1))
                try expect(try await store.fail(job.id, late, fence: 2) == nil, "it gave a finished job")
            },
        ]
    }
}
