import ArgumentParser
import Foundation
import LIFModel

/// Runs a command's work and turns an error of ours into one sentence on standard error and exit code 1.
func failing(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let error as LIFError {
        FileHandle.standardError.write(Data("lif: \(error.message) [\(error.code.rawValue)]\n".utf8))
        throw ExitCode.failure
    }
}
