import LIFModel
import LIFQueryPlanner

/// How fragments are removed.
extension FragmentStoreConformance {
    static func removing(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("What was stored before a time is removed, at most so many, oldest first.") { expect in
                let store = try await make()
                let fragments = try [30, 10, 20, 40].map { seconds in
                    try fragment(at: key("Name", id: "\(seconds)"), "[1]", storedAt: Double(seconds))
                }
                try await store.write(fragments)
                try expect.equal(try await store.remove(storedBefore: time(40), limit: 2), 2, "a first step")
                let kept = try await store.read(fragments.map(\.key))
                try expect.equal(Set(kept.keys), [fragments[0].key, fragments[3].key], "what is kept")
                try expect.equal(try await store.remove(storedBefore: time(40), limit: 2), 1, "a second step")
                try expect.equal(try await store.remove(storedBefore: time(40), limit: 2), 0, "a third step")
                try expect.equal(try await store.read(fragments.map(\.key)).count, 1, "number kept")
            },
            ConformanceCheck("A learner is forgotten as any source knows them, and no other learner is.") { expect in
                let store = try await make()
                let forgotten = [
                    key("Name"), key("Contact"), key("Name", source: "org2"), key("Name", source: ""),
                    key("Name", id: "a\u{0}b", type: "OTHER"),
                ]
                let others = [
                    key("Name", id: "2"), key("Name", id: "a\u{0}", type: "OTHER"), key("Name", type: "OTHER"),
                ]
                try await store.write(try (forgotten + others).map { try fragment(at: $0, "[1]") })
                let count = try await store.forget(
                    [
                        LearnerIdentifier(identifier: "1", identifierType: "School number"),
                        LearnerIdentifier(identifier: "a\u{0}b", identifierType: "OTHER"),
                        LearnerIdentifier(identifier: "9", identifierType: "OTHER"),
                    ], now: time(20))
                try expect.equal(count, forgotten.count, "how many are removed")
                try expect.equal(Set(try await store.read(forgotten + others).keys), Set(others), "what is kept")
                try expect.equal(
                    try await store.forget([forgotten[0].learner], now: time(20)), 0, "how many are removed again")
            },
            ConformanceCheck(
                "What was fetched before its learner was forgotten and is written later is not kept; what is fetched later is."
            ) { expect in
                let store = try await make()
                _ = try await store.forget([key("Name").learner], now: time(20))
                let late = [
                    try fragment(at: key("Name"), "[1]", storedAt: 20),
                    try fragment(at: key("Name", source: "org2"), "[1]", storedAt: 19),
                    try fragment(at: key("Name", id: "2"), "[1]", storedAt: 19),
                ]
                try await store.write(late)
                try expect.equal(Set(try await store.read(late.map(\.key)).keys), [late[2].key], "what is kept")
                let newer = try fragment(at: key("Name"), "[2]", storedAt: 21)
                try await store.write([newer], now: time(20))
                try expect.equal(try await store.read([newer.key]), [newer.key: newer], "what was fetched later")
                // An earlier time does not take the later one back.
                _ = try await store.forget([key("Contact").learner], now: time(30))
                _ = try await store.forget([key("Contact").learner], now: time(10))
                try await store.write([try fragment("Contact", "[1]", storedAt: 25)])
                try expect(try await store.read([key("Contact")]).isEmpty, "the later time holds")
            },
            ConformanceCheck("A store's own removals are no changes by others.") { expect in
                let store = try await make()
                try await store.write([try fragment("Name", "[1]")])
                _ = try await store.remove(storedBefore: time(99), limit: 9)
                _ = try await store.forget([key("Name").learner], now: time(20))
                try expect(try await store.changesByOthers().isNothing, "it reported its own removal")
            },
        ]
    }

    static func sharedRemoval(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("After a removal by another process everything may have changed, once.") { expect in
                let (one, other) = try await makePair()
                try await one.write([try fragment("Name", "[1]"), try fragment("Contact", "[1]", storedAt: 50)])
                _ = try await other.changesByOthers()
                _ = try await one.remove(storedBefore: time(20), limit: 9)
                try expect.equal(try await other.changesByOthers(), .everything, "after what is old was removed")
                try expect(try await other.changesByOthers().isNothing, "it is told twice")
                _ = try await one.forget([key("Name").learner], now: time(20))
                // Its own removal does not hide the other's.
                _ = try await other.forget([key("Name", id: "2").learner], now: time(20))
                try expect.equal(try await other.changesByOthers(), .everything, "after a learner was forgotten")
                try expect.equal(try await one.changesByOthers(), .everything, "the other way round")
                try expect(try await one.changesByOthers().isNothing, "it is told twice the other way round")
                for number in 0..<200 {
                    _ = try await one.forget([key("Name", id: "\(number)").learner], now: time(20))
                }
                try expect.equal(try await other.changesByOthers(), .everything, "after many")
                try await one.write([try fragment("Name", "[2]", storedAt: 60)])
                try expect.equal(try await other.changesByOthers(), .written([key("Name")]), "after a write")
            },
            ConformanceCheck("A removal that removed nothing because it was old is no change.") { expect in
                let (one, other) = try await makePair()
                try await one.write([try fragment("Name", "[1]")])
                _ = try await other.changesByOthers()
                try expect.equal(try await one.remove(storedBefore: time(1), limit: 9), 0, "how many")
                try expect(try await other.changesByOthers().isNothing, "it is told")
            },
        ]
    }
}
