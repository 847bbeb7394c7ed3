import Foundation
public import LIFIdentities
import LIFModel

/// What every `IdentityCopies` must do.
public struct IdentityCopiesConformance: Sendable {
    /// Makes an empty `IdentityCopies`.
    public typealias Make = @Sendable () async throws -> any IdentityCopies

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of store of copies.
    ///
    /// - Parameter make: Makes an empty one.
    public init(make: @escaping Make) { checks = Self.checks(make) }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static let organization = SampleIdentities.organization

    private static func copy(_ person: String, at seconds: Double, _ identifiers: String...) -> IdentityCopy {
        IdentityCopy(
            person: person, fetchedAt: SampleIdentities.date(seconds),
            mappings: identifiers.map { SampleIdentities.mapping(person, $0, id: "m") })
    }

    private static func checks(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Copies are given in the order of the persons, empty ones too; who has none is nil.") {
                expect in
                let store = try await make()
                let persons = SampleIdentities.hardPersons.filter { !$0.contains("\u{0}") }
                let copies = persons.enumerated().map {
                    copy($0.element, at: Double($0.offset) + 0.25, "\($0.offset)")
                }
                try await store.keep(copies + [copy("none", at: 1)], in: organization, from: "http://m")
                let read = try await store.copies(
                    of: ["none", "x"] + persons, in: organization, from: "http://m")
                try expect.equal(read, [copy("none", at: 1), nil] + copies, "what is read")
                for (organization, origin) in [("other", "http://m"), (organization, "http://n")] {
                    let read = try await store.copies(of: ["none"], in: organization, from: origin)
                    try expect.equal(read, [nil], "of another organisation or mapper")
                }
            },
            ConformanceCheck("A later copy replaces an earlier one, and not the other way round.") { expect in
                let store = try await make()
                for copy in [copy("a", at: 1, "1"), copy("a", at: 3, "3"), copy("a", at: 2, "2")] {
                    try await store.keep([copy], in: organization, from: "m")
                }
                try expect.equal(
                    try await store.copies(of: ["a"], in: organization, from: "m"), [copy("a", at: 3, "3")],
                    "what is read")
            },
            ConformanceCheck("The change number moves when a copy has other mappings than the one before.") { expect in
                let store = try await make()
                try await store.keep([copy("a", at: 1, "1")], in: organization, from: "m")
                let number = try await store.changeNumber(of: .copy)
                try await store.keep([copy("a", at: 2, "1"), copy("b", at: 2, "1")], in: organization, from: "m")
                try expect.equal(try await store.changeNumber(of: .copy), number, "the number without a change")
                try await store.keep([copy("a", at: 3, "2")], in: organization, from: "m")
                let second = try await store.changeNumber(of: .copy)
                try expect(second != number, "it stood still")
                try await store.removeCopies(of: "a", in: organization)
                try expect(try await store.changeNumber(of: .copy) != second, "it stood still at a removal")
            },
            ConformanceCheck("A person's copies are removed, and those that are too old, and no others.") { expect in
                let store = try await make()
                for origin in ["m", "n"] {
                    try await store.keep(
                        [copy("a", at: 5, "1"), copy("b", at: 5, "2"), copy("c", at: 1, "3")], in: organization,
                        from: origin)
                }
                try await store.removeCopies(of: "a", in: organization)
                try await store.remove(fetchedBefore: SampleIdentities.date(3))
                for origin in ["m", "n"] {
                    let read = try await store.copies(of: ["a", "b", "c"], in: organization, from: origin)
                    try expect.equal(read, [nil, copy("b", at: 5, "2"), nil], "what is left")
                }
            },
        ]
    }
}
