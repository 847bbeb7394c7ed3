public import LIFMetadata
import Synchronization

/// Copies of metadata documents in memory.
public final class MemoryMetadataStore: MetadataStore {
    private let documents = Mutex<[String: MetadataDocument]>([:])

    /// Makes an empty store.
    public init() {}

    /// The copy under the key, however old.
    public func document(_ key: String) async throws -> MetadataDocument? { documents.withLock { $0[key] } }

    /// Replaces the copy under the document's key.
    public func keep(_ document: MetadataDocument) async throws { documents.withLock { $0[document.key] = document } }
}
