import Foundation
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFSQLite

@Suite struct ProcessLeasesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Longer than any test takes: what is noticed is then not noticed by a renewal.
    private static let never = Duration.seconds(3_600)

    private func leases(renewal: Duration = never, expiry: Duration = never) throws -> ProcessLeases {
        try ProcessLeases(folder: folder.url, renewal: renewal, expiry: expiry)
    }

    private func path(of holder: HolderID) -> String {
        folder.file("processes/\(holder.text).lock").path(percentEncoded: false)
    }

    private func departure(_ leases: ProcessLeases, _ what: String, after body: () async throws -> Void) async throws {
        let departures = leases.departures()
        try await body()
        try await within(what, limit: .seconds(20)) { for await _ in departures { return } }
    }

    @Test("A process that is alone lives, and its file is its owner's only")
    func alone() async throws {
        let leases = try leases()
        #expect(try await leases.living() == [leases.own])
        #expect(try folder.mode(of: "processes") == 0o700)
        #expect(try folder.mode(of: "processes/\(leases.own.text).lock") == 0o600)
        await leases.shutdown()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("processes").path).isEmpty)
    }

    @Test("Processes see each other, and one that ends is missed at once")
    func ends() async throws {
        let (one, other) = (try leases(), try leases())
        #expect(try await one.living() == [one.own, other.own])
        #expect(try await other.living() == [one.own, other.own])
        try await departure(one, "the end is told") { await other.shutdown() }
        #expect(try await one.living() == [one.own])
        #expect(!FileManager.default.fileExists(atPath: path(of: other.own)))
        await one.shutdown()
    }

    @Test("A process that is killed is missed at once, and its file is removed", .enabled(if: LockHolder.isPossible))
    func isKilled() async throws {
        let leases = try leases()
        let peer = try await LockHolder(at: path(of: HolderID()))
        #expect(try await leases.living() == [leases.own, peer.holder])
        try await departure(leases, "the death is told") { await peer.kill() }
        #expect(try await leases.living() == [leases.own])
        #expect(!FileManager.default.fileExists(atPath: path(of: peer.holder)))
        await leases.shutdown()
    }

    @Test("The jobs of a killed process are claimed by the next", .enabled(if: LockHolder.isPossible))
    func jobsAreClaimed() async throws {
        let leases = try leases()
        let jobs = JobStore(try LIFDatabase(folder: folder.url))
        let peer = try await LockHolder(at: path(of: HolderID()))
        let job = try await jobs.accept(.sample(holder: peer.holder))
        #expect(try await jobs.claim(for: leases.own, living: try await leases.living(), limit: 100).isEmpty)
        try await departure(leases, "the death is told") { await peer.kill() }
        #expect(
            try await jobs.claim(for: leases.own, living: try await leases.living(), limit: 100).map(\.id) == [job.id])
        await leases.shutdown()
    }

    @Test("Who is alive is decided as the claim is made, not as the claimant thought before")
    func livesAtTheClaim() async throws {
        let (one, other) = (try leases(), try leases())
        let database = try LIFDatabase(folder: folder.url)
        let jobs = JobStore(SQLiteJournal(database, leases: one))
        let callbacks = CallbackStore(SQLiteJournal(database, leases: one))
        let job = try await jobs.accept(.sample(holder: other.own))
        #expect(try await jobs.claim(for: one.own, living: [], limit: 9).isEmpty)
        #expect(try await callbacks.claim(for: one.own, living: []).isEmpty)
        await other.shutdown()
        // A process that is being started elsewhere may hold the lock's file for a moment longer.
        try await eventually("its job is free") {
            try await jobs.claim(for: one.own, living: [], limit: 9).map(\.id) == [job.id]
        }
        await one.shutdown()
    }

    @Test("Every process on the folder is notified of a death", .enabled(if: LockHolder.isPossible))
    func allAreTold() async throws {
        let all = [try leases(), try leases(), try leases()]
        let peer = try await LockHolder(at: path(of: HolderID()))
        for leases in all { #expect(try await leases.living().contains(peer.holder)) }
        let streams = all.map { $0.departures() }
        await peer.kill()
        for stream in streams {
            try await within("the death is told", limit: .seconds(20)) { for await _ in stream { return } }
        }
        for leases in all {
            #expect(try await !leases.living().contains(peer.holder))
            await leases.shutdown()
        }
    }

    @Test(
        "A process that hangs is missed at a renewal, and lives again when it goes on",
        .enabled(if: LockHolder.isPossible))
    func hangs() async throws {
        let leases = try leases(renewal: .milliseconds(20), expiry: .milliseconds(200))
        let peer = try await LockHolder(at: path(of: HolderID()))
        #expect(try await leases.living().contains(peer.holder))
        try await departure(leases, "the hanging is told") {}
        #expect(try await leases.living() == [leases.own])
        peer.touch()
        try await eventually("it lives again") { try await leases.living().contains(peer.holder) }
        await leases.shutdown()
    }

    @Test("A process that renews its lease lives for longer than the lease")
    func renews() async throws {
        let one = try leases(renewal: .milliseconds(20), expiry: .seconds(20))
        let other = try leases(renewal: .milliseconds(20), expiry: .seconds(20))
        let path = path(of: other.own)
        @Sendable func touched() throws -> Date? {
            try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        }
        let before = try touched()
        try await eventually("the lease is renewed") { try touched() != before }
        #expect(try await one.living().contains(other.own))
        await one.shutdown()
        await other.shutdown()
    }

    @Test("A process that nobody has seen is reported when it dies", .enabled(if: LockHolder.isPossible))
    func diesUnseen() async throws {
        let leases = try leases(renewal: .milliseconds(20))
        try await departure(leases, "the death is told") {
            let peer = try await LockHolder(at: path(of: HolderID()))
            await peer.kill()
        }
        await leases.shutdown()
    }

    @Test("The file that a dead process has left is removed and reported, and other files are let alone")
    func removesWhatIsLeft() async throws {
        let leases = try leases()
        let left = HolderID()
        for name in ["\(left.text).lock", "notes.txt"] { try Data().write(to: folder.file("processes/\(name)")) }
        try await departure(leases, "it is told") { _ = try await leases.living() }
        #expect(try await leases.living() == [leases.own])
        #expect(!FileManager.default.fileExists(atPath: path(of: left)))
        #expect(FileManager.default.fileExists(atPath: folder.file("processes/notes.txt").path))
        await leases.shutdown()
    }

    @Test("A file that a process left unlocked while it made it is removed after a minute, and not before")
    func unfinished() async throws {
        let leases = try leases()
        let files = try [30.0, 90].map { age in
            let file = folder.file("processes/\(HolderID().text).lock.new")
            try Data().write(to: file)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: file.path)
            return file.path
        }
        _ = try await leases.living()
        #expect(files.map { FileManager.default.fileExists(atPath: $0) } == [true, false])
        await leases.shutdown()
    }

    @Test("A process whose file was removed makes it anew, and lives on for the others")
    func makesItsFileAnew() async throws {
        let one = try leases()
        let other = try leases(renewal: .milliseconds(20))
        #expect(try await one.living().contains(other.own))
        try FileManager.default.removeItem(atPath: path(of: other.own))
        try await eventually("it is there again") { FileManager.default.fileExists(atPath: path(of: other.own)) }
        try await eventually("it lives") { try await one.living().contains(other.own) }
        #expect(FileManager.default.fileExists(atPath: path(of: other.own)))
        await one.shutdown()
        await other.shutdown()
    }

    @Test("Shutting down ends the streams, and a second time does nothing")
    func shutdown() async throws {
        let leases = try leases()
        let departures = leases.departures()
        for _ in 0..<2 { await leases.shutdown() }
        for await _ in departures { Issue.record("nobody has departed") }
        for await _ in leases.departures() { Issue.record("nobody has departed") }
    }

    @Test("A lease that is dropped is given back")
    func dropped() async throws {
        let one = try leases()
        try await departure(one, "the end is told") {
            let other = try leases()
            #expect(try await one.living().contains(other.own))
        }
        await one.shutdown()
    }

    @Test("A thread that waits for a death can be ended before")
    func watchStops() async throws {
        let file = folder.file("held").path(percentEncoded: false)
        let lock = FileLock(making: file)
        let watch = try #require(PeerWatch(file))
        #expect(!watch.isFree)
        let deaths = Tally()
        watch.start { deaths.add() }
        try await eventually("the thread ends") { watch.stop() }
        #expect(deaths.count == 0)
        withExtendedLifetime(lock) {}
    }

    @Test("A folder that cannot be written is a mistake in the configuration")
    func impossibleFolder() throws {
        try Data().write(to: folder.file("file"))
        let error = #expect(throws: LIFError.self) { try ProcessLeases(folder: folder.file("file")) }
        #expect(error?.code == .configurationNotValid)
    }
}
