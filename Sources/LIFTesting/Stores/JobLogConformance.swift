import LIFModel
public import LIFWorkflow

/// What every `JobLog` must do.
public struct JobLogConformance: Sendable {
    /// Makes an empty `JobLog`.
    public typealias Make = @Sendable () async throws -> any JobLog

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of log.
    ///
    /// - Parameter make: Makes an empty log.
    public init(make: @escaping Make) {
        checks = Self.keeping(make) + Self.removing(make)
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func keeping(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A job that is not known has no entries.") { expect in
                let log = try await make()
                await log.flush()
                try expect(try await log.entries(of: JobID(), limit: 9).isEmpty, "it gave some")
            },
            ConformanceCheck("An entry is read as it was appended.") { expect in
                let log = try await make()
                let job = JobID()
                let entries = [
                    JobLogEntry(
                        job: job, at: SampleJobs.start, level: .warning, event: "attempt-failed",
                        task: WorkflowTask.Work.fetch(part: 3).id, attempt: 2, message: "It says \"no\". \u{1F600}"),
                    entry(job, 1), entry(job, 2, level: .error),
                ]
                for entry in entries { log.append(entry) }
                await log.flush()
                try expect.equal(try await log.entries(of: job, limit: 9), entries, "what is read")
            },
            ConformanceCheck("Entries come in the order in which they were appended, whatever their times.") { expect in
                let log = try await make()
                let (job, other) = (JobID(), JobID())
                let entries = (0..<1_000).map { entry(job, ($0 * 7) % 13) }
                for (number, entry) in entries.enumerated() {
                    log.append(entry)
                    log.append(self.entry(other, number))
                    if number == 500 { await log.flush() }
                }
                await log.flush()
                try expect.equal(try await log.entries(of: job, limit: .max), entries, "what is read")
            },
            ConformanceCheck("Of more entries than asked for the last ones are given, in their order.") { expect in
                let log = try await make()
                let job = JobID()
                let entries = (0..<10).map { entry(job, $0) }
                for entry in entries { log.append(entry) }
                await log.flush()
                try expect.equal(try await log.entries(of: job, limit: 3), Array(entries.suffix(3)), "the last three")
                try expect(try await log.entries(of: job, limit: 0).isEmpty, "with limit 0 it gave some")
            },
            ConformanceCheck("Entries that many append at the same time are all kept.") { expect in
                let log = try await make()
                let job = JobID()
                await withTaskGroup(of: Void.self) { group in
                    for writer in 0..<8 {
                        group.addTask { for number in 0..<50 { log.append(entry(job, writer * 100 + number)) } }
                    }
                }
                await log.flush()
                let times = Set(try await log.entries(of: job, limit: .max).map(\.at))
                try expect.equal(times.count, 400, "number of entries")
            },
        ]
    }

    private static func removing(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Entries older than a date are removed, the oldest first, as many as allowed.") { expect in
                let log = try await make()
                let (job, other) = (JobID(), JobID())
                for number in [3, 1, 2, 0, 4] { log.append(entry(number.isMultiple(of: 2) ? job : other, number)) }
                await log.flush()
                try expect.equal(try await log.remove(before: SampleJobs.date(3), limit: 2), 2, "number removed")
                try expect.equal(
                    try await log.entries(of: job, limit: 9).map(\.at), [2, 4].map(SampleJobs.date), "of the one")
                try expect.equal(
                    try await log.entries(of: other, limit: 9).map(\.at), [SampleJobs.date(3)], "of the other")
                try expect.equal(try await log.remove(before: SampleJobs.date(3), limit: 9), 1, "number of the rest")
                try expect.equal(try await log.remove(before: SampleJobs.date(3), limit: 9), 0, "number of no more")
            },
            ConformanceCheck("The entries of removed jobs are gone, also those that were just appended.") { expect in
                let log = try await make()
                let (job, other) = (JobID(), JobID())
                for id in [job, other] {
                    log.append(entry(id, 0))
                    await log.flush()
                    log.append(entry(id, 1))
                }
                try await log.remove([job, JobID()])
                await log.flush()
                try expect(try await log.entries(of: job, limit: 9).isEmpty, "some are left")
                try expect.equal(try await log.entries(of: other, limit: 9).count, 2, "number of the other's")
            },
        ]
    }

    private static func entry(_ job: JobID, _ second: Int, level: JobLogEntry.Level = .info) -> JobLogEntry {
        JobLogEntry(
            job: job, at: SampleJobs.date(Double(second)), level: level, event: "landed",
            message: "At \(second) s.")
    }
}
