import Foundation
public import LIFIdentities
import LIFModel

/// What every `IdentityStore` must do.
public struct IdentityStoreConformance: Sendable {
    /// Makes an empty `IdentityStore`.
    public typealias Make = @Sendable () async throws -> any IdentityStore
    /// Two stores on the same storage, as two processes have them.
    public typealias MakePair = @Sendable () async throws -> (any IdentityStore, any IdentityStore)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of store.
    ///
    /// - Parameters:
    ///   - make: Makes an empty store.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks = Self.alone(make) + Self.ids(make) + Self.imports(make) + (makePair.map(Self.shared) ?? [])
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static let organization = SampleIdentities.organization

    private static func alone(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("An empty store has no mapping of anyone.") { expect in
                let store = try await make()
                try expect.equal(try await store.mappings(of: ["a", "b"], in: organization), [[], []], "two persons")
                try expect.equal(try await store.mappings(of: [], in: organization), [], "nobody")
                try expect(try await !store.remove("x", of: "a", in: organization), "it removed one")
                try expect.equal(try await store.removeAll(of: "a", in: organization), 0, "removed")
            },
            ConformanceCheck("What is saved is given in the order of the persons, with its ids, by system and type.") {
                expect in
                let store = try await make()
                let saved = try await store.save([
                    SampleIdentities.mapping("a", "sis", type: "school number", "1"),
                    SampleIdentities.mapping("b", "lms", "2"), SampleIdentities.mapping("a", "lms", "3"),
                    SampleIdentities.mapping("a", "sis", type: "EMAIL", "4"),
                ])
                try expect.equal(Set(saved.map(\.id)).count, 4, "ids")
                try expect(saved.allSatisfy { $0.id != nil }, "an id is missing")
                let read = try await store.mappings(of: ["b", "c", "a", "b"], in: organization)
                try expect.equal(read, [[saved[1]], [], [saved[2], saved[3], saved[0]], [saved[1]]], "what is read")
                try expect.equal(read[2].last?.target.identifierType, "school number", "the type as it was written")
                try expect.equal(try await store.mappings(of: ["a"], in: "org 1"), [[]], "another organisation's")
            },
            ConformanceCheck("Persons and identifiers are compared to the byte.") { expect in
                let store = try await make()
                for (index, person) in SampleIdentities.hardPersons.enumerated() {
                    _ = try await store.save([SampleIdentities.mapping(person, "\(index)")])
                }
                let read = try await store.mappings(of: SampleIdentities.hardPersons, in: organization)
                try expect.equal(
                    read.map { $0.map(\.target.identifier) }, SampleIdentities.hardPersons.indices.map { ["\($0)"] },
                    "identifiers")
            },
            ConformanceCheck("A mapping of the same person, system and type is replaced and keeps its id.") { expect in
                let store = try await make()
                let first = try await store.save([SampleIdentities.mapping("a", type: "School number", "1")])
                let number = try await store.changeNumber(of: .mapping)
                let second = try await store.save([SampleIdentities.mapping("a", type: "School number", "2")])
                try expect.equal(second.map(\.id), first.map(\.id), "its id")
                try expect.equal(try await store.mappings(of: ["a"], in: organization), [second], "what is read")
                try expect(try await store.changeNumber(of: .mapping) != number, "the change number stood still")
            },
            ConformanceCheck("Two spellings of one type are two mappings, which are replaced and removed each alone.") {
                expect in
                let store = try await make()
                let saved = try await store.save([
                    SampleIdentities.mapping("a", type: "School number", "1"),
                    SampleIdentities.mapping("a", type: "SCHOOL_NUMBER", "2"),
                ])
                func read() async throws -> [[String]] {
                    try await store.mappings(of: ["a"], in: organization)[0].map {
                        [$0.target.identifierType, $0.target.identifier]
                    }
                }
                try expect.equal(Set(saved.map(\.id)).count, 2, "ids")
                try expect.equal(try await read(), [["SCHOOL_NUMBER", "2"], ["School number", "1"]], "what is read")
                let again = try await store.save([SampleIdentities.mapping("a", type: "School number", "3")])
                try expect.equal(again.map(\.id), [saved[0].id], "its id")
                try expect.equal(try await read(), [["SCHOOL_NUMBER", "2"], ["School number", "3"]], "what is read")
                try expect(try await store.remove(saved[1].id ?? "", of: "a", in: organization), "it removed none")
                try expect.equal(try await read(), [["School number", "3"]], "what is left")
            },
            ConformanceCheck("Saving what is kept already changes nothing.") { expect in
                let store = try await make()
                let saved = try await store.save([SampleIdentities.mapping("a", "1")])
                let number = try await store.changeNumber(of: .mapping)
                try expect.equal(try await store.save([SampleIdentities.mapping("a", "1")]), saved, "what was saved")
                try expect.equal(try await store.save(saved), saved, "what was saved with its id")
                try expect.equal(try await store.changeNumber(of: .mapping), number, "the change number")
            },
            ConformanceCheck("Several persons may have the same target.") { expect in
                let store = try await make()
                _ = try await store.save([SampleIdentities.mapping("a", "1"), SampleIdentities.mapping("b", "1")])
                let read = try await store.mappings(of: ["a", "b"], in: organization)
                try expect.equal(read.map { $0.map(\.target.identifier) }, [["1"], ["1"]], "targets")
            },
            ConformanceCheck("A mapping is removed once, and only as the person's own.") { expect in
                let store = try await make()
                let saved = try await store.save([
                    SampleIdentities.mapping("a", "1"), SampleIdentities.mapping("a", "lms", "2"),
                    SampleIdentities.mapping("b", "3"),
                ])
                let id = saved[0].id ?? ""
                try expect(try await !store.remove(id, of: "b", in: organization), "another person removed it")
                try expect(try await !store.remove(id, of: "a", in: "other"), "another organisation removed it")
                let number = try await store.changeNumber(of: .mapping)
                try expect(try await store.remove(id, of: "a", in: organization), "it removed none")
                try expect(try await !store.remove(id, of: "a", in: organization), "it removed it twice")
                try expect(try await store.changeNumber(of: .mapping) != number, "the change number stood still")
                try expect.equal(
                    try await store.mappings(of: ["a", "b"], in: organization), [[saved[1]], [saved[2]]], "what is left"
                )
            },
            ConformanceCheck("All of a person is removed, also what is staged, and nobody else's.") { expect in
                let store = try await make()
                let other = try await store.save([
                    SampleIdentities.mapping("b", "3"), SampleIdentities.mapping("a", "4", organization: "other"),
                ])
                _ = try await store.save([
                    SampleIdentities.mapping("a", "1"), SampleIdentities.mapping("a", "lms", "2"),
                ])
                let id = RandomID()
                let line = IdentityImportLine(number: 1, mapping: SampleIdentities.mapping("a", "5"))
                _ = try await store.stage([line], for: id, at: SampleIdentities.start)
                let number = try await store.changeNumber(of: .mapping)
                try expect.equal(try await store.removeAll(of: "a", in: organization), 2, "removed")
                try expect(try await store.changeNumber(of: .mapping) != number, "the change number stood still")
                try expect.equal(try await store.applyStaged(id, atMost: 9).total, 0, "what was staged")
                try expect.equal(
                    try await store.mappings(of: ["a", "b"], in: organization), [[], [other[0]]], "what is left")
                try expect.equal(
                    try await store.mappings(of: ["a"], in: "other"), [[other[1]]], "the other organisation's")
            },
        ]
    }

    private static func shared(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("What one process saves and removes, another sees, and its change number moves.") {
                expect in
                let (one, other) = try await makePair()
                let numbers = (try await one.changeNumber(of: .mapping), try await other.changeNumber(of: .mapping))
                let saved = try await one.save([SampleIdentities.mapping("a", "1")])
                try expect.equal(try await other.mappings(of: ["a"], in: organization), [saved], "what the other sees")
                try expect(
                    try await other.changeNumber(of: .mapping) != numbers.1, "the other's change number stood still")
                try expect(try await one.changeNumber(of: .mapping) != numbers.0, "its own change number stood still")
                let number = try await one.changeNumber(of: .mapping)
                try expect.equal(try await one.changeNumber(of: .mapping), number, "the number without a change")
                try expect(
                    try await other.remove(saved[0].id ?? "", of: "a", in: organization), "the other removed none")
                try expect(try await one.changeNumber(of: .mapping) != number, "the change number stood still")
                try expect.equal(try await one.mappings(of: ["a"], in: organization), [[]], "what is left")
            }
        ]
    }
}
