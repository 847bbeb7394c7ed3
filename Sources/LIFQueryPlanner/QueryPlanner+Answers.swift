import Foundation
import LIFModel

// MARK: - The steps of an answer

extension QueryPlanner {
    /// Validates a query.
    ///
    /// - Throws: `LIFError` `QueryNotValid`, `LearnerDataNotFound`, `FederationLoop`.
    func inquiry(_ query: LIFQuery, _ options: QueryOptions) async throws -> Inquiry {
        let start = ContinuousClock.now
        try configuration.federation.checkLoop(options.via)
        let generation = cache.generation
        let catalogue = try await metadata.catalogue()
        let canonical = try CanonicalQuery(query, catalogue: catalogue)
        if canonical.learners.count > configuration.learnerLimit {
            throw LIFError(
                .queryNotValid,
                "The query names \(canonical.learners.count) learners; at most \(configuration.learnerLimit) are taken."
            )
        }
        let asOf = options.maximumAge.map { now().addingTimeInterval(-$0.inSeconds) }
        return Inquiry(
            query: canonical, catalogue: catalogue, asOf: asOf, via: options.via, generation: generation,
            startedAt: start)
    }

    /// The answer that is ready in memory. Queries that came through other planners may have another answer.
    func remembered(_ inquiry: Inquiry) async throws -> ReadyAnswer? {
        guard inquiry.via.isDirect,
            let ready = try await cache.answer(to: inquiry.query, now: now(), asOf: inquiry.asOf)
        else { return nil }
        metrics.answered(.memory, in: .now - inquiry.startedAt)
        return ready
    }

    /// The answer, when nothing must be fetched for it.
    func kept(_ inquiry: Inquiry, _ pages: [(question: Question, delta: Freshness.Delta)]) -> ReadyAnswer? {
        guard pages.allSatisfy({ runner.canKeep($0.delta, of: $0.question) }) else { return nil }
        for (question, delta) in pages { runner.revalidate(delta, of: question) }
        let ready = ReadyAnswer(answer(to: inquiry, pages.flatMap { runner.kept($0.delta, of: $0.question) }))
        if inquiry.via.isDirect, pages.count == 1, let delta = pages.first?.delta, delta.isWhollyFresh {
            cache.keep(ready, to: inquiry.query, delta: delta, generation: inquiry.generation)
        }
        metrics.parts(ready.answer.parts)
        metrics.answered(.cache, in: .now - inquiry.startedAt)
        return ready
    }

    /// Fetches what is missing and makes the answer, all in memory.
    func fetched(
        _ inquiry: Inquiry, _ pages: [(question: Question, delta: Freshness.Delta)], patience: Patience
    ) async throws -> ReadyAnswer {
        let landed = LandedParts()
        return try conclude(inquiry, landed, refusal: try await fetch(pages, landed, patience))
    }

    /// - Parameter landed: Takes what lands, as it does.
    /// - Returns: Why a plan could not be run at all, where one could not.
    func fetch(
        _ pages: [(question: Question, delta: Freshness.Delta)], _ landed: LandedParts, _ patience: Patience
    ) async throws -> LIFError? {
        var refusal: LIFError?
        for (question, delta) in pages {
            let error = try await runner.run(question, delta: delta, patience: patience) { landed.append($0) }
            refusal = refusal ?? error
        }
        return refusal
    }

    /// Makes the answer of all that has landed.
    func conclude(_ inquiry: Inquiry, _ landed: LandedParts, refusal: LIFError?) throws -> ReadyAnswer {
        let answer = answer(to: inquiry, landed.all)
        metrics.parts(answer.parts)
        if let fault = Availability.fault(of: answer.parts, refusal: refusal) {
            metrics.answered(.failed, in: .now - inquiry.startedAt)
            throw fault
        }
        metrics.answered(.fetched, in: .now - inquiry.startedAt)
        return ReadyAnswer(answer)
    }

    private func answer(to inquiry: Inquiry, _ landed: [LandedPart]) -> QueryAnswer {
        QueryAnswer(
            inquiry.query, landed: landed,
            couldTell: inquiry.couldTell)
    }
}
