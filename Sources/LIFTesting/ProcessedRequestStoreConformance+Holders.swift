import LIFModel
import LIFQueryPlanner

/// Who works on a request, and how long it is kept.
extension ProcessedRequestStoreConformance {
    static func holding(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Requests are taken over from holders that do not live, oldest first, at most so many.") {
                expect in
                let store = try await make()
                let (dead, living, own) = (HolderID(), HolderID(), HolderID())
                let requests = [3, 1, 2, 4].map { SampleRequests.request(at: $0, holder: dead, fence: Int($0)) }
                let held = SampleRequests.request(holder: living)
                let ended = SampleRequests.request(holder: dead)
                for request in requests + [held, ended] { try await store.accept(request) }
                _ = try await store.finish(ended.id, fence: 1, state: .completed, at: SampleRequests.date(1))
                let first = try await store.claim(living: [living, own], by: own, limit: 3)
                try expect.equal(
                    first.map(\.id), [requests[1], requests[2], requests[0]].map(\.id), "the oldest three")
                try expect.equal(first.map(\.fence), [2, 3, 4], "their fences")
                try expect(first.allSatisfy { $0.holder == own }, "they have another holder")
                try expect.equal(first.first?.query, requests[1].query, "the query of one")
                try expect.equal(first.first?.via, requests[1].via, "where one came through")
                try expect.equal(try await store.request(requests[1].id), first.first, "what is read of one")
                let rest = try await store.claim(living: [living, own], by: own, limit: 9)
                try expect.equal(rest.map(\.id), [requests[3].id], "the rest")
                try expect(
                    try await store.claim(living: [living, own], by: own, limit: 9).isEmpty, "one is taken twice")
                try expect.equal(try await store.pendingCount(), 5, "pending requests")
            },
            ConformanceCheck("What a holder works on is left to it; what it only holds can be claimed, by itself too.")
            {
                expect in
                let store = try await make()
                let (own, other) = (HolderID(), HolderID())
                let requests = [own, own, other].map { SampleRequests.request(holder: $0) }
                for request in requests { try await store.accept(request) }
                let claimed = try await store.claim(
                    living: [other], by: own, except: [requests[0].id, RandomID()], limit: 9)
                try expect.equal(claimed.map(\.id), [requests[1].id], "what is claimed")
                try expect.equal(claimed.map(\.fence), [2], "its fence")
                try expect.equal(try await store.request(requests[0].id), requests[0], "what is left")
            },
            ConformanceCheck("A request whose client does not know its id is marked so, until the client is told.") {
                expect in
                let store = try await make()
                let sample = SampleRequests.request()
                let request = ProcessedRequest(
                    query: sample.query, acceptedAt: sample.acceptedAt, holder: sample.holder, isUntold: true)
                try await store.accept(request)
                try expect.equal(try await store.request(request.id), request, "what is read")
                let claimed = try await store.claim(living: [], by: HolderID(), limit: 9)
                try expect.equal(claimed.map(\.isUntold), [true], "whether it is marked when it is taken over")
                try await store.noteTold(request.id)
                try await store.noteTold(RandomID())
                let told = try await store.request(request.id)
                try expect.equal(told?.isUntold, false, "whether it is marked still")
                try expect.equal(told?.query, request.query, "its query")
                try expect.equal(told?.state, .pending, "its state")
                try expect.equal(told?.fence, 2, "its fence")
            },
            ConformanceCheck("Who was given up is kept out by the fence; what has landed stays, and the next goes on.")
            {
                expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                let landed = try SampleRequests.part(items: "[1]")
                _ = try await store.append([landed], to: request.id, fence: 1)
                let own = HolderID()
                let claimed = try await store.claim(living: [own], by: own, limit: 1)
                try expect.equal(claimed.map(\.fence), [2], "the fence")
                try expect(
                    try await !store.append([SampleRequests.part("Contact")], to: request.id, fence: 1),
                    "the former holder adds a part")
                try expect(
                    try await !store.finish(request.id, fence: 1, state: .completed, at: SampleRequests.date(1)),
                    "the former holder ends it")
                let next = try SampleRequests.part("Narrative", items: "[2]")
                try expect(try await store.append([landed, next], to: request.id, fence: 2), "the next is refused")
                try expect.equal(
                    try await store.parts(of: request.id, after: 0, limit: 9, maximumBytes: 99).map(\.landed),
                    [landed, next], "what has landed")
                try expect(
                    try await store.finish(request.id, fence: 2, state: .completed, at: SampleRequests.date(1)),
                    "the next cannot end it")
            },
        ]
    }

    static func keeping(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Requests that ended before a time are expired, oldest first, without parts and query.") {
                expect in
                let store = try await make()
                let requests = (0..<4).map { SampleRequests.request(at: Double($0)) }
                for (index, request) in requests.enumerated() {
                    try await store.accept(request)
                    _ = try await store.append([SampleRequests.part(items: "[1]")], to: request.id, fence: 1)
                    if index == 3 { continue }
                    let state = index == 1 ? ProcessedRequest.State.failed(code: "A", message: "b") : .completed
                    _ = try await store.finish(
                        request.id, fence: 1, state: state, at: SampleRequests.date(Double(10 + index)))
                }
                let before = SampleRequests.date(12)
                try expect.equal(try await store.expire(endedBefore: before, limit: 1), 1, "a first one")
                try expect.equal(
                    try await store.request(requests[1].id)?.query, requests[1].query, "the second's query")
                try expect.equal(try await store.expire(endedBefore: before, limit: 9), 1, "the rest")
                try expect.equal(try await store.expire(endedBefore: before, limit: 9), 0, "when there are no more")
                for request in requests.prefix(2) {
                    let kept = try await store.request(request.id)
                    try expect.equal(kept?.state, .expired, "its state")
                    try expect.equal(kept?.acceptedAt, request.acceptedAt, "when it was accepted")
                    try expect(kept?.query.learners.isEmpty == true, "its query is kept")
                    try expect.equal(try await store.progress(of: request.id), RequestProgress(), "its progress")
                    try expect(try await store.parts(of: request.id, learners: 0..<9).isEmpty, "it has parts")
                    try expect(
                        try await store.parts(of: request.id, after: 0, limit: 9, maximumBytes: 9).isEmpty,
                        "it has landed parts")
                    try expect(try await store.outcomes(of: request.id, after: 0, limit: 9).isEmpty, "it has outcomes")
                    try expect(try await store.landed(of: request.id, learners: 0..<9).isEmpty, "it has keys of parts")
                }
                for request in requests.suffix(2) {
                    try expect.equal(
                        try await store.parts(of: request.id, learners: 0..<9).count, 1, "parts of one that is kept")
                }
            },
            ConformanceCheck("A discarded request is expired at once, whatever its state, and takes nothing more.") {
                expect in
                let store = try await make()
                let (pending, ended) = (SampleRequests.request(), SampleRequests.request())
                for request in [pending, ended] {
                    try await store.accept(request)
                    _ = try await store.append([SampleRequests.part(items: "[1]")], to: request.id, fence: 1)
                }
                _ = try await store.finish(ended.id, fence: 1, state: .completed, at: SampleRequests.date(1))
                for request in [pending, ended, pending] {
                    try await store.discard(request.id, at: SampleRequests.date(2))
                    try expect.equal(try await store.request(request.id)?.state, .expired, "its state")
                    try expect(try await store.parts(of: request.id, learners: 0..<9).isEmpty, "it has parts")
                    try expect(
                        try await !store.append([SampleRequests.part()], to: request.id, fence: 1), "it takes a part")
                    try expect(
                        try await !store.finish(request.id, fence: 1, state: .completed, at: SampleRequests.date(3)),
                        "it ends again")
                }
                try expect.equal(try await store.request(pending.id)?.finishedAt, SampleRequests.date(2), "its end")
                try expect.equal(
                    try await store.request(ended.id)?.finishedAt, SampleRequests.date(1), "the end of the other")
                try expect.equal(try await store.pendingCount(), 0, "pending requests")
                try await store.discard(RandomID(), at: SampleRequests.date(2))
            },
            ConformanceCheck("Expired requests that ended before a time are removed, and no others.") { expect in
                let store = try await make()
                let requests = (0..<4).map { SampleRequests.request(at: Double($0)) }
                for (index, request) in requests.enumerated() {
                    try await store.accept(request)
                    _ = try await store.finish(
                        request.id, fence: 1, state: .completed, at: SampleRequests.date(Double(10 + index)))
                }
                try expect.equal(
                    try await store.remove(endedBefore: SampleRequests.date(99), limit: 9), 0, "of what is not expired")
                _ = try await store.expire(endedBefore: SampleRequests.date(13), limit: 9)
                try expect.equal(
                    try await store.remove(endedBefore: SampleRequests.date(12), limit: 1), 1, "a first one")
                try expect.equal(try await store.remove(endedBefore: SampleRequests.date(12), limit: 9), 1, "the rest")
                for (request, isKept) in zip(requests, [false, false, true, true]) {
                    try expect.equal(try await store.request(request.id) != nil, isKept, "whether it is kept")
                }
            },
        ]
    }

    static func forgetting(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Forgetting a learner expires the ended requests that name them, and counts the pending.")
            {
                expect in
                let store = try await make()
                let other = LearnerIdentifier(identifier: "3", identifierType: "OTHER")
                let requests = [
                    SampleRequests.request(), SampleRequests.request(of: [other]),
                    SampleRequests.request(of: [SampleRequests.learners[1], other]), SampleRequests.request(),
                ]
                for (index, request) in requests.enumerated() {
                    try await store.accept(request)
                    _ = try await store.append([SampleRequests.part(items: "[1]")], to: request.id, fence: 1)
                    if index == 3 { continue }
                    _ = try await store.finish(request.id, fence: 1, state: .completed, at: SampleRequests.date(1))
                }
                // Another spelling of the same type; a learner that nobody named.
                let forgotten: Set = [
                    LearnerIdentifier(identifier: "2", identifierType: "other"),
                    LearnerIdentifier(identifier: "2", identifierType: "SCHOOL"),
                ]
                let result = try await store.forget(forgotten)
                try expect.equal(result.expired, 2, "how many are expired")
                try expect.equal(result.pending, 1, "how many are pending")
                for (request, isKept) in zip(requests, [false, true, false, true]) {
                    let kept = try await store.request(request.id)
                    try expect.equal(kept?.state != .expired, isKept, "whether it is kept")
                    try expect.equal(kept?.query == request.query, isKept, "whether its query is")
                    try expect.equal(
                        try await store.parts(of: request.id, learners: 0..<9).count, isKept ? 1 : 0, "its parts")
                }
                let again = try await store.forget(forgotten)
                try expect.equal(again.expired, 0, "how many are expired again")
                try expect.equal(again.pending, 1, "how many are pending still")
            }
        ]
    }
}
