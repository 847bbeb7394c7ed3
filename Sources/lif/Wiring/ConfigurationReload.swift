import LIFConfiguration
import LIFModel
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Loads the configuration again at SIGHUP, and soon after one of its files or secrets has changed. A configuration that is
/// not valid changes nothing.
struct ConfigurationReload: Service {
    let system: LIFSystem
    /// Loads it, and reports where a change may be one of it, also when it is not valid.
    let load: @Sendable (_ seen: (ConfigurationPaths) -> Void) async throws -> SystemConfiguration
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        let (requests, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
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
            var held = system.configuration.watched
            var watched = held
            var report = ReloadReport(notices: system.configuration.notices)
            // It was read before the watch began, and may have changed since.
            continuation.yield()
            for await _ in SettledRequests(requests.cancelOnGracefulShutdown()) {
                // Before the files are read, so that what changes from here on is seen.
                watch.watch(watched) { continuation.yield() }
                let (isTaken, seen) = await reload(memory.take() ? .signal : .change, &report)
                if isTaken { held = seen }
                // Of one that is not taken, too: it may be mended in any of its files.
                let next = held.union(seen)
                // Files that are watched from now on may have changed since they were read.
                if next != watched { continuation.yield() }
                watched = next
            }
            group.cancelAll()
        }
    }

    /// - Returns: Whether the configuration that was read holds now, and where it was read.
    private func reload(
        _ reason: ReloadReport.Reason, _ report: inout ReloadReport
    ) async -> (isTaken: Bool, seen: ConfigurationPaths) {
        let result: Result<SystemReload, LIFError>
        var taken: SystemConfiguration?
        var seen = ConfigurationPaths()
        do {
            let configuration = try await load { seen = $0 }
            result = .success(try await system.reload(configuration))
            taken = configuration
        } catch let error as LIFError {
            result = .failure(error)
        } catch {
            // The server stops.
            return (false, seen)
        }
        if let line = report.line(for: result, reason) {
            logger.log(
                level: line.level, "\(line.message)", metadata: line.sources.map { ["sources": "\($0)"] })
        }
        if let taken {
            for notice in report.new(taken.notices) { logger.notice("\(notice)") }
        }
        return (taken != nil, seen)
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
