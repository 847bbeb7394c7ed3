import LIFConfiguration
import LIFModel
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Loads the configuration again at SIGHUP, and soon after one of its files or secrets has changed. A configuration that is
/// not valid changes nothing.
struct ConfigurationReload: Service {
    /// A change of several files, or a file written in pieces, is one change.
    private static let calm = Duration.milliseconds(200)

    let system: LIFSystem
    let load: @Sendable () async throws -> SystemConfiguration
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        let (wishes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watch = WatchedFolders()
        let memory = SignalMemory()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signals.cancelOnGracefulShutdown() {
                    memory.isSignalled.withLock { $0 = true }
                    continuation.yield()
                }
                continuation.finish()
            }
            var latest = system.configuration
            var report = ReloadReport(notices: latest.notices)
            // It was read before the watch began, and may have changed since.
            continuation.yield()
            for await _ in wishes.cancelOnGracefulShutdown() {
                try? await Task.sleep(for: Self.calm)
                // Before the files are read, so that what changes from here on is seen.
                watch.watch(latest) { continuation.yield() }
                guard let loaded = await reload(memory.take() ? .signal : .change, &report) else { continue }
                // Files that are watched from now on may have changed since they were read.
                if loaded.watchedFiles != latest.watchedFiles || loaded.watchedFolders != latest.watchedFolders {
                    continuation.yield()
                }
                latest = loaded
            }
            group.cancelAll()
        }
    }

    /// - Returns: What was loaded; `nil` when the former one holds.
    private func reload(_ reason: ReloadReport.Reason, _ report: inout ReloadReport) async -> SystemConfiguration? {
        let result: Result<SystemReload, LIFError>
        var loaded: SystemConfiguration?
        do {
            let configuration = try await load()
            result = .success(try await system.reload(configuration))
            loaded = configuration
        } catch let error as LIFError {
            result = .failure(error)
        } catch {
            // The server stops.
            return nil
        }
        if let line = report.line(for: result, reason) {
            logger.log(
                level: line.level, "\(line.message)", metadata: line.sources.map { ["sources": "\($0)"] })
        }
        if let loaded {
            for notice in report.new(loaded.notices) { logger.notice("\(notice)") }
        }
        return loaded
    }
}

/// Whether there was a SIGHUP that the log has not answered yet: a change of a file at the same time must not hide it.
private final class SignalMemory: Sendable {
    let isSignalled = Mutex(false)

    func take() -> Bool {
        isSignalled.withLock { isSignalled in
            defer { isSignalled = false }
            return isSignalled
        }
    }
}
