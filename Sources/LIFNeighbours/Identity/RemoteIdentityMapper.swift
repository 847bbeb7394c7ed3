public import Foundation
import LIFConcurrency
public import LIFHTTP
public import LIFIdentities
public import LIFModel
import Synchronization

/// Learners as an Identity Mapper over HTTP maps them, with local copies: one that has not expired calls no mapper.
///
/// When the mapper is down, expired copies are used within a grace; a learner without one makes the look-up fail. Nothing is
/// asked twice in a look-up. Copies that are too old even for that are removed now and then.
public final class RemoteIdentityMapper: IdentityLookup {
    /// Requests of one look-up at the same time.
    private static let concurrency = 16
    /// How many copies are kept in one write.
    private static let keptAtOnce = 256
    /// For how long a mapper that was down is not asked about those of whom there is a copy.
    private static let pause: TimeInterval = 10
    /// How often copies that are too old are removed, at most.
    private static let removalInterval: TimeInterval = 3_600

    private struct State {
        var isDownUntil = Date.distantPast
        var changeNumber: Int?
        /// When the first of the copies expires that were used since the last change was reported.
        var firstExpiry: Date?
        var nextRemoval = Date.distantPast
    }

    private let configuration: IdentityMapperConfiguration
    private let copies: any IdentityCopies
    private let client: IdentityMapperClient
    /// By the bytes of the person's id.
    private let flights = SharedWork<[UInt8], IdentityCopy>()
    private let now: @Sendable () -> Date
    private let retentionClock: any RetentionClock
    private let state = Mutex(State())

    /// A client for one mapper. Nothing is asked here.
    ///
    /// - Parameters:
    ///   - copies: Keeps what the mapper says. Planners that share a store share the copies.
    ///   - retentionClock: Decides when copies that are too old are removed; `nil` believes `now`.
    public init(
        configuration: IdentityMapperConfiguration, copies: any IdentityCopies, http: OutgoingHTTPClient,
        now: @escaping @Sendable () -> Date = { Date() }, retentionClock: (any RetentionClock)? = nil
    ) {
        self.configuration = configuration
        self.copies = copies
        self.now = now
        self.retentionClock = retentionClock ?? PlainRetentionClock(now)
        client = IdentityMapperClient(configuration, http: http)
    }

    /// Takes what the copies say, and asks the mapper about those without a fresh copy, with up to 16 requests at a time.
    ///
    /// Several look-ups that want the same person at once make one request. What was learned is kept even when others fail.
    ///
    /// - Throws: `LIFError` `NeighbourNotAvailable` when the mapper does not answer for someone, unless it is down and their
    ///   copy is still usable; what reading the copies throws; `CancellationError`.
    public func identities(
        of learners: [LearnerIdentifier], at sources: [InformationSource]
    ) async throws -> [[String: LearnerIdentifier]] {
        let persons = learners.map(\.identifier)
        let kept = try await copies.copies(
            of: persons, in: configuration.organization, from: configuration.baseURL)
        let asked = kept.indices.filter { mustAsk(kept[$0]) }
        var used = kept
        for (index, copy) in try await ask(asked.map { (index: $0, person: persons[$0], kept: kept[$0]) }) {
            used[index] = copy
        }
        note(used.compactMap(\.self))
        return zip(learners, used).map { learner, copy in
            IdentityResolution.identities(of: learner, mappings: copy?.mappings ?? [], at: sources)
        }
    }

    /// A copy that expires is noticed with a delay of a tenth of the time to live, so that many that expire one after
    /// another do not keep answers out of memory.
    public func hasChanged() async throws -> Bool {
        let number = try await copies.changeNumber(of: .copy)
        let now = now()
        return state.withLock { state in
            let isExpired =
                state.firstExpiry.map { $0.addingTimeInterval(configuration.timeToLive.inSeconds / 10) <= now } ?? false
            if isExpired { state.firstExpiry = nil }
            defer { state.changeNumber = number }
            return isExpired || state.changeNumber != number
        }
    }

    // MARK: - Copies

    private func expiry(_ copy: IdentityCopy) -> Date {
        copy.fetchedAt.addingTimeInterval(configuration.timeToLive.inSeconds)
    }

    private func mustAsk(_ copy: IdentityCopy?) -> Bool {
        guard let copy else { return true }
        let now = now()
        // A copy of the future was made by a clock that went wrong.
        if now < expiry(copy), copy.fetchedAt <= now.addingTimeInterval(60) { return false }
        let isDownUntil = state.withLock { $0.isDownUntil }
        // A clock that was set back makes no pause longer.
        return !(isUsableWhenDown(copy) && now < isDownUntil && isDownUntil <= now.addingTimeInterval(Self.pause))
    }

    private func isUsableWhenDown(_ copy: IdentityCopy) -> Bool {
        now() < expiry(copy).addingTimeInterval(configuration.staleWhenDown.inSeconds)
    }

    private func note(_ used: [IdentityCopy]) {
        guard let first = used.map(expiry).min() else { return }
        // A stale copy is looked at again when the mapper is asked again.
        let expiry = max(first, now().addingTimeInterval(Self.pause))
        state.withLock { $0.firstExpiry = min($0.firstExpiry ?? expiry, expiry) }
    }

    // MARK: - Asking

    private typealias Question = (index: Int, person: String, kept: IdentityCopy?)

    /// What the mapper says, or a stale copy, by index.
    private func ask(_ questions: [Question]) async throws -> [Int: IdentityCopy] {
        if questions.isEmpty { return [:] }
        var answers: [Int: IdentityCopy] = [:]
        var new: [IdentityCopy] = []
        do {
            try await withThrowingTaskGroup(of: (index: Int, copy: IdentityCopy, isNew: Bool).self) { group in
                for (position, question) in questions.enumerated() {
                    if position >= Self.concurrency { try await take() }
                    group.addTask { try await self.answer(to: question) }
                }
                for _ in 0..<min(questions.count, Self.concurrency) { try await take() }

                func take() async throws {
                    guard let (index, copy, isNew) = try await group.next() else { return }
                    answers[index] = copy
                    if isNew { new.append(copy) }
                    if new.count == Self.keptAtOnce { await keep(&new) }
                }
            }
        } catch {
            // What others have said is worth keeping all the same.
            await keep(&new)
            throw error
        }
        await keep(&new)
        return answers
    }

    /// A copy that cannot be written costs another request, and the store's own users report the fault.
    private func keep(_ new: inout [IdentityCopy]) async {
        try? await copies.keep(new, in: configuration.organization, from: configuration.baseURL)
        new = []
        let now = now()
        let isDue = state.withLock { state in
            guard state.nextRemoval <= now else { return false }
            state.nextRemoval = now.addingTimeInterval(Self.removalInterval)
            return true
        }
        let age = configuration.timeToLive.inSeconds + configuration.staleWhenDown.inSeconds
        guard isDue, let time = await retentionClock.timeForRemoval() else { return }
        try? await copies.remove(fetchedBefore: time.addingTimeInterval(-age))
    }

    private func answer(to question: Question) async throws -> (index: Int, copy: IdentityCopy, isNew: Bool) {
        // Another question of the same look-up may have found out meanwhile.
        if let kept = question.kept, !mustAsk(kept) { return (question.index, kept, false) }
        do {
            let (copy, isFirst) = try await flights.value(for: Array(question.person.utf8)) { [client, now] in
                let mappings = try await client.mappings(of: question.person)
                return IdentityCopy(person: question.person, fetchedAt: now(), mappings: mappings)
            }
            state.withLock { $0.isDownUntil = .distantPast }
            return (question.index, copy, isFirst)
        } catch let problem as IdentityMapperProblem {
            if problem.isDown {
                let end = now().addingTimeInterval(Self.pause)
                state.withLock { $0.isDownUntil = end }
                if let kept = question.kept, isUsableWhenDown(kept) { return (question.index, kept, false) }
            }
            throw problem.error
        }
    }
}
