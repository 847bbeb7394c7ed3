import LIFModel
import LIFWorkflow

extension JobStoreConformance {
    static func holding(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A claim gives the unfinished jobs of the dead, oldest first, under their epochs.") {
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
                        fence: job.fence)
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
        ]
    }
}
