public import LIFMetadata
import Synchronization

/// Copies of metadata documents in memory.
public final class MemoryMetadataStore: MetadataStore {
    private let documents = Mutex<[String: MetadataDocument]>([:])

    /// Makes an empty store.
    public init() {}

    public func document(_ key: String) async throws -> MetadataDocument? { documents.withLock { $0[key] } }

    public func keep(_ document: MetadataDocument) async throws { documents.withLock { $0[document.key] = document } }
}
