import LIFJournal
import LIFModel
import LIFWorkflow

extension JobStoreConformance {
    static func keeping(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Data may go of jobs that ended or were acknowledged before a date, until it is gone.") {
                expect in
                let store = try await make()
                // Ended at 0, 10, 20, 30; the last one was acknowledged at 31, another is not finished.
                let jobs = try await finishedJobs(store, at: [0, 10, 20, 30])
                _ = try await store.accept(SampleJobs.job())
                _ = try await store.acknowledge(jobs[3], at: SampleJobs.date(31))
                let byEnd = try await store.withExpiredData(
                    finishedBefore: SampleJobs.date(20), acknowledgedBefore: nil, limit: 9)
                try expect.equal(byEnd, [jobs[0], jobs[1]], "by their end")
                let byAcknowledgement = try await store.withExpiredData(
                    finishedBefore: nil, acknowledgedBefore: SampleJobs.date(32), limit: 9)
                try expect.equal(byAcknowledgement, [jobs[3]], "by the acknowledgement")
                let byBoth = try await store.withExpiredData(
                    finishedBefore: SampleJobs.date(31), acknowledgedBefore: SampleJobs.date(32), limit: 9)
                try expect.equal(Set(byBoth), Set(jobs), "by both")
                try expect.equal(byBoth.count, 4, "number by both")
                let none = try await store.withExpiredData(finishedBefore: nil, acknowledgedBefore: nil, limit: 9)
                try expect(none.isEmpty, "without a date it gave some")
                let limited = try await store.withExpiredData(
                    finishedBefore: SampleJobs.date(99), acknowledgedBefore: SampleJobs.date(99), limit: 2)
                try expect.equal(limited.count, 2, "number with a limit")
                try await store.journal.remove(.data, of: [jobs[0], jobs[3], JobID()])
                let rest = try await store.withExpiredData(
                    finishedBefore: SampleJobs.date(99), acknowledgedBefore: SampleJobs.date(99), limit: 9)
                try expect.equal(rest, [jobs[1], jobs[2]], "what is left")
                try expect(try await store.job(jobs[0]) != nil, "the job is gone with its data")
            },
            ConformanceCheck("Jobs that ended before a date are given oldest first, and can be removed.") { expect in
                let store = try await make()
                let jobs = try await finishedJobs(store, at: [20, 0, 10, 30])
                let open = try await store.accept(SampleJobs.job(at: -99))
                let old = try await store.finished(before: SampleJobs.date(30), limit: 9)
                try expect.equal(old, [jobs[1], jobs[2], jobs[0]], "the old ones")
                try expect.equal(
                    try await store.finished(before: SampleJobs.date(30), limit: 2), [jobs[1], jobs[2]], "with a limit")
                try await store.journal.remove(.all, of: old + [JobID()])
                for id in old { try expect(try await store.job(id) == nil, "one is still there") }
                try expect.equal(
                    try await store.jobs(JobFilter(source: "org1")).map(\.id), [open.id, jobs[3]], "what is left")
                try expect(
                    try await store.finished(before: SampleJobs.date(30), limit: 9).isEmpty, "removed ones are given")
            },
            ConformanceCheck("The key of a removed job is free again.") { expect in
                let store = try await make()
                let first = try await store.accept(SampleJobs.job(key: "key"))
                try await store.journal.remove(.all, of: [first.id])
                let second = SampleJobs.job(key: "key", at: 1)
                try expect.equal(try await store.accept(second), second, "what accept gives")
            },
        ]
    }

    private static func finishedJobs(_ store: JobStore, at seconds: [Double]) async throws -> [JobID] {
        var ids: [JobID] = []
        for second in seconds {
            let job = try await store.accept(SampleJobs.job(at: -1))
            _ = try await store.finish(job.id, status: .completed, at: SampleJobs.date(second))
            ids.append(job.id)
        }
        return ids
    }
}
