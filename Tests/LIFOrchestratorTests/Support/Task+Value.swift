import LIFTesting

extension Task where Failure == any Error {
    /// The task's value; the task is cancelled, and the test fails, when it does not come.
    func value(within what: String) async throws -> Success {
        try await LIFTesting.within(what) {
            try await withTaskCancellationHandler {
                try await value
            } onCancel: {
                cancel()
            }
        }
    }
}

extension Task where Failure == Never {
    /// The task's value; the task is cancelled, and the test fails, when it does not come.
    func value(within what: String) async throws -> Success {
        try await LIFTesting.within(what) {
            await withTaskCancellationHandler {
                await value
            } onCancel: {
                cancel()
            }
        }
    }
}
