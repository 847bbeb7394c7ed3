import Foundation
import LIFJSON
public import LIFMetadata

/// What every `MetadataStore` must do.
public struct MetadataStoreConformance: Sendable {
    /// Makes an empty `MetadataStore`.
    public typealias Make = @Sendable () async throws -> any MetadataStore
    /// Two stores on the same storage, as two processes have them.
    public typealias MakePair = @Sendable () async throws -> (any MetadataStore, any MetadataStore)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of store.
    ///
    /// - Parameters:
    ///   - make: Makes an empty store.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks = Self.alone(make) + (makePair.map(Self.shared) ?? [])
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func document(_ key: String, _ text: String, at seconds: Double) throws -> MetadataDocument {
        MetadataDocument(
            key: key, body: try RawJSON(validating: Array(text.utf8)), fetchedAt: SampleJobs.date(seconds))
    }

    private static func alone(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("There is no document of a key that nothing was kept of.") { expect in
                let store = try await make()
                try expect.equal(try await store.document("a"), nil, "its document")
            },
            ConformanceCheck("A document comes back as it was kept, of its key only.") { expect in
                let store = try await make()
                let kept = try document(#"["http://h","a"]"#, #"{"é":[1.0,"\u00e9"],"b":{}}"#, at: 1.125)
                try await store.keep(kept)
                try expect.equal(try await store.document(kept.key), kept, "its document")
                try expect.equal(try await store.document(kept.key.uppercased()), nil, "another's")
                try expect.equal(try await store.document(""), nil, "none's")
            },
            ConformanceCheck("A document takes the place of the former one, also of one with a later time.") { expect in
                let store = try await make()
                let other = try document("b", "[]", at: 1)
                try await store.keep(other)
                for (text, seconds) in [("[1]", 5.0), ("[2]", 9), ("[3]", 2)] {
                    let kept = try document("a", text, at: seconds)
                    try await store.keep(kept)
                    try expect.equal(try await store.document("a"), kept, "its document")
                }
                try expect.equal(try await store.document("b"), other, "the other")
            },
            ConformanceCheck("A large document comes back.") { expect in
                let store = try await make()
                let kept = try document("a", "[" + String(repeating: "1,", count: 1 << 20) + "1]", at: 1)
                try await store.keep(kept)
                try expect(try await store.document("a") == kept, "it is another one")
            },
        ]
    }

    private static func shared(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("What one process kept, another reads.") { expect in
                let (one, other) = try await makePair()
                for number in 1...4 {
                    let (writer, reader) = number.isMultiple(of: 2) ? (one, other) : (other, one)
                    let kept = try document("a", "[\(number)]", at: Double(number))
                    try await writer.keep(kept)
                    try expect.equal(try await reader.document("a"), kept, "document \(number)")
                }
            }
        ]
    }
}
