import LIFModel
import Testing

/// The error of a source that cannot be asked.
///
/// Records an issue when there is none, or when it shows a credential. All credentials of these tests have `s3cr3t` in
/// them.
func fault<Value>(
    isRetryable: Bool = false, _ location: SourceLocation = #_sourceLocation, of ask: () async throws -> Value
) async -> String {
    do {
        _ = try await ask()
        Issue.record("Nothing was thrown.", sourceLocation: location)
        return ""
    } catch let error as LIFError {
        #expect(error.code == .configurationNotValid, sourceLocation: location)
        #expect(error.isRetryable == isRetryable, "\(error)", sourceLocation: location)
        for text in [error.message, "\(error)", String(reflecting: error)] {
            #expect(!text.contains("s3cr3t"), sourceLocation: location)
        }
        return error.message
    } catch {
        Issue.record(error, sourceLocation: location)
        return ""
    }
}
