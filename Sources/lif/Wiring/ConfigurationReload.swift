import Foundation
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
    private let lastFault = FaultMemory()

    init(
        system: LIFSystem, load: @escaping @Sendable () async throws -> SystemConfiguration, logger: Logger
    ) {
        self.system = system
        self.load = load
        self.logger = logger
    }

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        let (wishes, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
        let watch = WatchedFolders()
        watch.watch(system.configuration.watchedFolders) { continuation.yield("a file has changed") }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signals.cancelOnGracefulShutdown() { continuation.yield("SIGHUP") }
                continuation.finish()
            }
            for await reason in wishes.cancelOnGracefulShutdown() {
                try? await Task.sleep(for: Self.calm)
                await reload(reason) { folders in watch.watch(folders) { continuation.yield("a file has changed") } }
            }
            group.cancelAll()
        }
    }

    private func reload(_ reason: String, watching: (Set<String>) -> Void) async {
        do {
            let configuration = try await load()
            watching(configuration.watchedFolders)
            lastFault.message.withLock { $0 = nil }
            guard let sources = await system.reload(configuration, logger: logger) else {
                // Other files stand in the same folders.
                logger.debug("The configuration was loaded again, and nothing in it has changed: \(reason)")
                return
            }
            logger.notice("The configuration was loaded again: \(reason)", metadata: ["sources": "\(sources)"])
        } catch {
            let message = (error as? LIFError)?.message ?? "\(type(of: error))"
            // One fault is told once, however often a file beside it changes.
            let isKnown = lastFault.message.withLock { fault in
                defer { fault = message }
                return fault == message
            }
            if isKnown { return }
            logger.error("The configuration was not loaded again, and the former one holds: \(message)")
        }
    }
}

/// The fault of the last configuration, while it is not mended.
private final class FaultMemory: Sendable {
    let message: Mutex<String?> = Mutex(nil)
}
