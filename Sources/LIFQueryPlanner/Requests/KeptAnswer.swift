import LIFJSON
import LIFModel

/// The answer to a promised query, read page by page from the store: it takes no more memory than a page, however many
/// learners it has.
public struct KeptAnswer: Sendable {
    /// Parts of a native result that are read at a time.
    private static let partsAtOnce = 1_000
    /// Learners whose records are made at a time; a record may have hundreds of kilobytes.
    private static let learnersAtOnce = 20

    /// Completed.
    public let request: ProcessedRequest
    public let progress: RequestProgress
    private let store: any ProcessedRequestStore

    init(_ request: ProcessedRequest, _ progress: RequestProgress, store: any ProcessedRequestStore) {
        self.request = request
        self.progress = progress
        self.store = store
    }

    /// Whether a source knows one of the learners, or none is there that could tell.
    public var mayKnowLearner: Bool { request.expectedParts == 0 || progress.mayKnowLearner }

    /// The gaps, each kind once.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    public func gaps() async throws -> [AnswerPart] { try await store.gaps(of: request.id) }

    /// The compatible answer, in pieces: an array of the records that have data.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `ResultExpired` when it was removed meanwhile; what `write` throws.
    ///   What was written is then no whole answer.
    public func writeCompatible(to write: (ArraySlice<UInt8>) async throws -> Void) async throws {
        var separator: [UInt8] = [UInt8(ascii: "[")]
        try await records { records in
            var piece: [UInt8] = []
            for record in records where !record.isEmpty {
                piece += separator
                piece += record.json.bytes
                separator = [UInt8(ascii: ",")]
            }
            if !piece.isEmpty { try await write(piece[...]) }
        }
        try await checkKept()
        try await write(separator == [UInt8(ascii: ",")] ? [UInt8(ascii: "]")] : Array("[]".utf8)[...])
    }

    /// The native result, in pieces. Its parts stand in the order in which they landed.
    ///
    /// - Throws: As `writeCompatible`.
    public func writeNative(to write: (ArraySlice<UInt8>) async throws -> Void) async throws {
        var head = JSONWriter()
        head.object { writer in
            writer.member("correlation_id", request.id.text)
            writer.member("learner_known", mayKnowLearner)
        }
        try await write(head.bytes.dropLast() + Array(",\"records\":[".utf8))
        var separator: [UInt8] = []
        try await records { records in
            var piece: [UInt8] = []
            for record in records {
                piece += separator
                piece += record.json.bytes
                separator = [UInt8(ascii: ",")]
            }
            try await write(piece[...])
        }
        try await write(Array("],\"parts\":[".utf8)[...])
        separator = []
        var position = 0
        while true {
            let parts = try await store.outcomes(of: request.id, after: position, limit: Self.partsAtOnce)
            guard let last = parts.last else { break }
            position = last.position
            var piece: [UInt8] = []
            for part in parts {
                var writer = JSONWriter()
                writer.value(part.landed.part)
                piece += separator
                piece += writer.bytes
                separator = [UInt8(ascii: ",")]
            }
            try await write(piece[...])
        }
        try await checkKept()
        try await write(Array("]}".utf8)[...])
    }

    /// What was removed while it was read must not look like learners without data.
    private func checkKept() async throws {
        if try await store.request(request.id)?.state != .completed { throw QueryPlanner.expired }
    }

    /// The records of all learners in the order asked, page by page.
    private func records(_ body: ([LIFRecord]) async throws -> Void) async throws {
        let projection = Projection(selecting: request.query.selectedFields)
        let count = request.query.learners.count
        for first in stride(from: 0, to: count, by: Self.learnersAtOnce) {
            let learners = first..<min(first + Self.learnersAtOnce, count)
            let landed = try await store.parts(of: request.id, learners: learners)
            try await body(RecordAssembly.records(of: learners, from: landed, projection: projection))
        }
    }
}
