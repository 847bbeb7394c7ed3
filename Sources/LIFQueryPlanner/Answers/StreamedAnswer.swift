public import Foundation
import LIFJSON
public import LIFModel

/// An answer that is read page by page: it takes no more memory than a page, however many learners it has.
public protocol StreamedAnswer: Sendable {
    /// Whether a source knows one of the learners, or none is there that could say.
    var mayKnowLearner: Bool { get }

    /// When the oldest data in it was fetched; `nil` when it has none.
    var oldestData: Date? { get }

    /// The gaps, each kind once.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    func gaps() async throws -> [AnswerPart]

    /// Calls with the records of all learners, some at a time, in the order asked.
    func records(_ body: ([LIFRecord]) async throws -> Void) async throws

    /// Calls with all parts, some at a time.
    func parts(_ body: ([AnswerPart]) async throws -> Void) async throws

    /// Is called before the end of the answer is written.
    ///
    /// - Throws: `LIFError` `ResultExpired` when what was read may have been removed meanwhile.
    func check() async throws
}

extension StreamedAnswer {
    /// The compatible answer, in pieces: an array of the records that have data.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `ResultExpired`; what `write` throws. What was written is then no whole
    ///   answer.
    public func writeCompatible(to write: (ArraySlice<UInt8>) async throws -> Void) async throws {
        var separator = Array("[".utf8)
        try await records { records in
            var piece: [UInt8] = []
            for record in records where !record.isEmpty {
                piece += separator
                piece += record.json.bytes
                separator = Array(",".utf8)
            }
            if !piece.isEmpty { try await write(piece[...]) }
        }
        try await check()
        try await write(Array((separator == Array(",".utf8) ? "]" : "[]").utf8)[...])
    }

    /// The native result, in pieces.
    ///
    /// - Parameter correlationID: `nil` where the answer cannot be asked for again.
    /// - Throws: As `writeCompatible`.
    public func writeNative(
        correlationID: RandomID?, to write: (ArraySlice<UInt8>) async throws -> Void
    ) async throws {
        var result = NativeResult()
        try await write(result.head(correlationID: correlationID, mayKnowLearner: mayKnowLearner))
        try await records { try await write(result.records($0)) }
        try await write(result.startParts())
        try await parts { try await write(result.parts($0)) }
        try await check()
        try await write(result.end)
    }
}
