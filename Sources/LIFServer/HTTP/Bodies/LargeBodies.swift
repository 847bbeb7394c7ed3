import Foundation
import LIFConcurrency
import LIFModel

/// Bodies that take a processor for so long that only some of them may do so at a time: one is left for all else.
enum LargeBodies {
    /// Below it a body is read in a few milliseconds.
    static let size = 256 << 10

    private static let places = TaskSemaphore(places: ProcessInfo.processInfo.activeProcessorCount - 1)
    private static let patience = Duration.seconds(30)

    /// - Throws: `LIFError` `Overloaded` when others take too long; what `read` throws.
    static func parse<Value>(_ bytes: [UInt8], _ read: ([UInt8]) throws -> Value) async throws -> Value {
        if bytes.count < size { return try read(bytes) }
        guard let place = try await places.take(.common, within: patience) else {
            throw LIFError(
                .overloaded, "Too many large request bodies are being parsed. Try again later.", blame: .us,
                isRetryable: true)
        }
        defer { places.give(place) }
        return try read(bytes)
    }
}
