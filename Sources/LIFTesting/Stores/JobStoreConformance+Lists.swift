import LIFModel
import LIFWorkflow

extension JobStoreConformance {
    static func listing(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A list shows the last accepted job first, whatever the dates.") { expect in
                let store = try await make()
                let jobs = [SampleJobs.job(at: 3), SampleJobs.job(at: 1), SampleJobs.job(at: 2)]
                for job in jobs { _ = try await store.accept(job) }
                try expect.equal(try await store.jobs(JobFilter()), jobs.reversed(), "the list")
            },
            ConformanceCheck("Pages follow each other without a gap or a repetition, also while jobs are accepted.") {
                expect in
                let store = try await make()
                var jobs: [Job] = []
                for number in 0..<7 { jobs.append(try await store.accept(SampleJobs.job(at: Double(number)))) }
                var pages: [[JobID]] = []
                var after: JobID?
                repeat {
                    let page = try await store.jobs(JobFilter(limit: 3, after: after)).map(\.id)
                    pages.append(page)
                    after = page.last
                    _ = try await store.accept(SampleJobs.job(at: 100))
                } while after != nil
                try expect.equal(pages.map(\.count), [3, 3, 1, 0], "sizes of the pages")
                try expect.equal(pages.flatMap { $0 }, jobs.reversed().map(\.id), "the pages")
            },
            ConformanceCheck("After a job that does not exist there is none.") { expect in
                let store = try await make()
                _ = try await store.accept(SampleJobs.job())
                try expect(try await store.jobs(JobFilter(after: JobID())).isEmpty, "it gave some")
            },
            ConformanceCheck("The limit is kept between 1 and 1,000.") { expect in
                let store = try await make()
                for number in 0..<3 { _ = try await store.accept(SampleJobs.job(at: Double(number))) }
                try expect.equal(try await store.jobs(JobFilter(limit: -5)).count, 1, "for less than 1")
                try expect.equal(try await store.jobs(JobFilter(limit: .max)).count, 3, "for more than there are")
            },
            ConformanceCheck("A list by status shows the unfinished, the completed and the failed.") { expect in
                let store = try await make()
                var jobs: [Job] = []
                for number in 0..<6 { jobs.append(try await store.accept(SampleJobs.job(at: Double(number)))) }
                for (index, status) in [(0, JobStatus.completed), (3, .completed), (4, .failed)] {
                    _ = try await store.finish(jobs[index].id, status: status, at: SampleJobs.date(9))
                }
                for (status, expected) in [
                    (JobStatus.completed, [3, 0]), (.failed, [4]), (.running, [5, 2, 1]), (.starting, [5, 2, 1]),
                ] {
                    let list = try await store.jobs(JobFilter(status: status)).map(\.id)
                    try expect.equal(list, expected.map { jobs[$0].id }, "\(status)")
                }
                let rest = try await store.jobs(JobFilter(status: .running, limit: 1, after: jobs[5].id))
                try expect.equal(rest.map(\.id), [jobs[2].id], "the next page of the unfinished")
            },
            ConformanceCheck("A list by source shows jobs with a part of it once, and compares to the letter.") {
                expect in
                let store = try await make()
                let lists = [["org1"], ["org2", "org1", "org2"], ["Org2"], ["org2"], []]
                var jobs: [Job] = []
                for (number, sources) in lists.enumerated() {
                    jobs.append(try await store.accept(SampleJobs.job(at: Double(number), sources: sources)))
                }
                let list = try await store.jobs(JobFilter(source: "org2")).map(\.id)
                try expect.equal(list, [jobs[3].id, jobs[1].id], "the list")
                let rest = try await store.jobs(JobFilter(source: "org2", limit: 1, after: jobs[3].id)).map(\.id)
                try expect.equal(rest, [jobs[1].id], "the next page")
                try expect(try await store.jobs(JobFilter(source: "org3")).isEmpty, "it gave jobs of another source")
            },
            ConformanceCheck("A list by schedule shows what that schedule submitted; filters are taken together.") {
                expect in
                let store = try await make()
                let (schedule, other) = (ScheduleID(), ScheduleID())
                let jobs = [
                    SampleJobs.job(sources: ["org1"], schedule: schedule), SampleJobs.job(schedule: other),
                    SampleJobs.job(sources: ["org2"], schedule: schedule), SampleJobs.job(sources: ["org2"]),
                ]
                for job in jobs { _ = try await store.accept(job) }
                _ = try await store.finish(jobs[0].id, status: .completed, at: SampleJobs.date(1))
                let list = try await store.jobs(JobFilter(schedule: schedule)).map(\.id)
                try expect.equal(list, [jobs[2].id, jobs[0].id], "by schedule")
                let both = try await store.jobs(JobFilter(source: "org2", schedule: schedule)).map(\.id)
                try expect.equal(both, [jobs[2].id], "by source and schedule")
                let all = JobFilter(status: .completed, source: "org2", schedule: schedule)
                try expect(try await store.jobs(all).isEmpty, "by all three it gave one")
            },
        ]
    }
}
