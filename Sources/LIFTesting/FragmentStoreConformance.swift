import Foundation
import LIFJSON
import LIFModel
public import LIFQueryPlanner

/// What every `FragmentStore` must do.
public struct FragmentStoreConformance: Sendable {
    /// Makes an empty `FragmentStore`.
    public typealias Make = @Sendable () async throws -> any FragmentStore
    /// Two stores on the same storage, as two processes have them.
    public typealias MakePair = @Sendable () async throws -> (any FragmentStore, any FragmentStore)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of store.
    ///
    /// - Parameters:
    ///   - make: Makes an empty store.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks =
            Self.alone(make) + Self.removing(make)
            + (makePair.map { Self.shared($0) + Self.sharedRemoval($0) } ?? [])
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func alone(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Keys with nothing kept are absent.") { expect in
                let store = try await make()
                try expect(try await store.read([key("Name")]).isEmpty, "an empty store gave something")
                try expect(try await store.read([]).isEmpty, "no keys gave something")
            },
            ConformanceCheck("What was written is read, to the byte and with all that belongs to it.") { expect in
                let store = try await make()
                let written = [
                    try fragment("Name", #"[{"given":"é é \u00e9","n":1.0},{"n":1e2}]"#, count: 2),
                    try fragment("informationSourceId", #"["org1"]"#, isScalar: true),
                    StoredFragment(
                        key: key("Narrative"), content: nil, learnerKnown: false, storedAt: time(5.125),
                        dataTimestamp: nil, origin: "origin"),
                ]
                try await store.write(written)
                let read = try await store.read(written.map(\.key))
                for fragment in written {
                    try expect.equal(read[fragment.key], fragment, "what is read at \(fragment.key.path)")
                }
            },
            ConformanceCheck("A write replaces what its keys held, and touches no other key.") { expect in
                let store = try await make()
                let other = try fragment("Contact", "[9]")
                try await store.write([try fragment("Name", "[1]"), other])
                let new = try fragment("Name", "[2,3]", count: 2, storedAt: 20)
                try await store.write([new])
                let read = try await store.read([new.key, other.key])
                try expect.equal(read, [new.key: new, other.key: other], "what is kept")
            },
            ConformanceCheck("An empty outcome replaces data.") { expect in
                let store = try await make()
                try await store.write([try fragment("Name", "[1]")])
                let empty = StoredFragment(
                    key: key("Name"), content: nil, learnerKnown: true, storedAt: time(20), dataTimestamp: nil,
                    origin: "b")
                try await store.write([empty])
                try expect.equal(try await store.read([empty.key]), [empty.key: empty], "what is kept")
            },
            ConformanceCheck(
                "What was fetched earlier than what is kept does not replace it; of the same time it does."
            ) {
                expect in
                let store = try await make()
                let kept = try fragment("Name", "[1]", storedAt: 20)
                try await store.write([kept])
                try await store.write([try fragment("Name", "[2]", storedAt: 19.999)])
                try expect.equal(try await store.read([kept.key])[kept.key], kept, "after an earlier one")
                let same = try fragment("Name", "[3]", storedAt: 20)
                try await store.write([same])
                try expect.equal(try await store.read([kept.key])[kept.key], same, "after one of the same time")
            },
            ConformanceCheck(
                "What is kept from a clock that was ahead by more than the skew of clocks is replaced; by less it stays."
            ) { expect in
                let store = try await make()
                let kept = try fragment("Name", "[1]", storedAt: 3_600)
                try await store.write([kept], now: time(3_600))
                let within = try fragment("Name", "[2]", storedAt: 3_000)
                try await store.write([within], now: time(3_600 - StoredFragment.clockSkew))
                try expect.equal(try await store.read([kept.key])[kept.key], kept, "when its time is within the skew")
                let setBack = try fragment("Name", "[3]", storedAt: 3_000)
                try await store.write([setBack], now: time(3_600 - StoredFragment.clockSkew - 0.5))
                try expect.equal(try await store.read([kept.key])[kept.key], setBack, "after the clock was set back")
                let next = try fragment("Name", "[4]", storedAt: 3_001)
                try await store.write([next], now: time(3_001))
                try expect.equal(try await store.read([kept.key])[kept.key], next, "after the next one")
            },
            ConformanceCheck("What was fetched hours earlier and lands now replaces nothing.") { expect in
                let store = try await make()
                let kept = try fragment("Name", "[1]", storedAt: 36_000)
                try await store.write([kept], now: time(36_001))
                try await store.write([try fragment("Name", "[2]", storedAt: 20)], now: time(36_002))
                try expect.equal(try await store.read([kept.key])[kept.key], kept, "after the late one")
            },
            ConformanceCheck("Source, learner and path all count in a key, and nothing else does.") { expect in
                let store = try await make()
                let keys = [
                    key("Name"), key("Contact"), key("Name", source: "org2"), key("Name", id: "2"),
                    key("Name", type: "OTHER"),
                ]
                try await store.write(
                    try keys.enumerated().map { try fragment(at: $0.element, "[\($0.offset)]") })
                let read = try await store.read(keys)
                try expect.equal(read.count, keys.count, "number of keys")
                for (index, key) in keys.enumerated() {
                    try expect.equal(read[key]?.content?.items.text, "[\(index)]", "what is read at key \(index)")
                }
                let spelled = FragmentKey(
                    sourceID: "org1", learner: LearnerIdentifier(identifier: "1", identifierType: "School number"),
                    path: FragmentPath(entity: "Name"))
                try expect.equal(
                    try await store.read([spelled])[spelled]?.content?.items.text, "[0]",
                    "another spelling of the same identifier type")
            },
            ConformanceCheck("Identifiers of learners compare to the byte.") { expect in
                let store = try await make()
                let ids = [
                    "\u{E9}", "e\u{301}", "E\u{301}", "e", "a", "A", "a ", "a\u{0}", "a\u{0}b",
                    "'; DROP TABLE fragment; --",
                    "%", "\u{1F600}", String(repeating: "x", count: 10_000),
                ]
                for (index, id) in ids.enumerated() {
                    try await store.write([try fragment(at: key("Name", id: id), "[\(index)]")])
                }
                for (index, id) in ids.enumerated() {
                    let key = key("Name", id: id)
                    try expect.equal(
                        try await store.read([key])[key]?.content?.items.text, "[\(index)]",
                        "identifier number \(index)")
                }
            },
            ConformanceCheck("Writes at the same time are all kept.") { expect in
                let store = try await make()
                let keys = (0..<40).map { key("Name", id: "\($0)") }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for key in keys { group.addTask { try await store.write([try fragment(at: key, "[1]")]) } }
                    try await group.waitForAll()
                }
                try expect.equal(try await store.read(keys).count, keys.count, "number kept")
            },
            ConformanceCheck("A store's own writes are no changes by others.") { expect in
                let store = try await make()
                try await store.write([try fragment("Name", "[1]")])
                try expect(try await store.changesByOthers().isNothing, "it reported its own write")
            },
        ]
    }

    private static func shared(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("What one process wrote, another reads.") { expect in
                let (one, other) = try await makePair()
                let written = try fragment("Name", "[1]")
                try await one.write([written])
                try expect.equal(try await other.read([written.key])[written.key], written, "what the other reads")
            },
            ConformanceCheck("What other processes have written is reported once.") { expect in
                let (one, other) = try await makePair()
                try await one.write([try fragment("Name", "[1]"), try fragment("Contact", "[1]")])
                try await other.write([try fragment("Narrative", "[1]")])
                try expect.equal(
                    Self.keys(try await other.changesByOthers()), [key("Name"), key("Contact")], "the first report")
                try expect(try await other.changesByOthers().isNothing, "the second report repeats it")
                try await one.write([try fragment("Name", "[2]", storedAt: 20)])
                try expect.equal(Self.keys(try await other.changesByOthers()), [key("Name")], "the third report")
                try expect.equal(Self.keys(try await one.changesByOthers()), [key("Narrative")], "the other way round")
            },
            ConformanceCheck("A write that replaced nothing is no change.") { expect in
                let (one, other) = try await makePair()
                try await other.write([try fragment("Name", "[1]", storedAt: 20)])
                try await one.write([try fragment("Name", "[2]", storedAt: 10)])
                try expect(try await other.changesByOthers().isNothing, "it was reported")
            },
            ConformanceCheck("A change seen by others names the learner to the byte.") { expect in
                let (one, other) = try await makePair()
                let key = key("Name", id: "e\u{301}\u{0}x")
                try await one.write([try fragment(at: key, "[1]")])
                try expect.equal(try await other.changesByOthers(), .written([key]), "the report")
            },
        ]
    }

    /// `nil` when everything may have changed.
    private static func keys(_ changes: FragmentChanges) -> Set<FragmentKey>? {
        switch changes {
        case .written(let keys): Set(keys)
        case .everything: nil
        }
    }

    static func key(
        _ entity: String, source: String = "org1", id: String = "1", type: String = "SCHOOL_NUMBER"
    ) -> FragmentKey {
        FragmentKey(
            sourceID: source, learner: LearnerIdentifier(identifier: id, identifierType: type),
            path: FragmentPath(entity: entity))
    }

    static func fragment(
        _ entity: String, _ items: String, count: Int = 1, isScalar: Bool = false, storedAt: Double = 10
    ) throws -> StoredFragment {
        try fragment(at: key(entity), items, count: count, isScalar: isScalar, storedAt: storedAt)
    }

    static func fragment(
        at key: FragmentKey, _ items: String, count: Int = 1, isScalar: Bool = false, storedAt: Double = 10
    ) throws -> StoredFragment {
        let items = try RawJSON(validating: Array(items.utf8))
        return StoredFragment(
            key: key, content: FragmentContent(items: items, count: count, isScalar: isScalar), learnerKnown: true,
            storedAt: time(storedAt), dataTimestamp: time(1), origin: "adapter/1")
    }

    static func time(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_800_000_000 + seconds) }
}
