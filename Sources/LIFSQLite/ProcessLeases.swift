public import Foundation
import LIFConcurrency
public import LIFModel
import Synchronization

/// The processes that share a state folder, by locks of the operating system: each holds one on its own file in
/// `processes/` for as long as it lives, so that a death is noticed at once, however the process died.
///
/// A process that hangs is noticed too: it no longer touches its file. It counts as living again when it does.
public final class ProcessLeases: Leases {
    private struct Peer {
        let watch: PeerWatch
        var silence: PeerSilence
    }

    private struct State {
        var lease: FileLock?
        var peers: [HolderID: Peer] = [:]
    }

    /// The folder of the locks, within the state folder.
    public static let folderName = "processes"
    static let suffix = ".lock"

    /// This process, under a new id at each start. Its file is `<id>.lock` in ``folderName``.
    public let own = HolderID()
    private let folder: String
    private let renewal: Duration
    private let expiry: Duration
    private let listeners = Broadcast<Everyone, Void>(.newest)
    private let renewing = TaskBag<Int>()
    private let state: Mutex<State>

    /// Takes a lease in a state folder.
    ///
    /// - Parameters:
    ///   - renewal: How often the lease is renewed, and others are looked at.
    ///   - expiry: After how long without renewal, seen by this process, another counts as hung. The time in which the whole
    ///     machine sleeps, or this process is stopped, does not count.
    /// - Throws: `LIFError` `ConfigurationNotValid` when the folder cannot be written.
    public init(
        folder: URL, renewal: Duration = .seconds(5), expiry: Duration = .seconds(30)
    ) throws(LIFError) {
        let path = folder.appending(path: Self.folderName).path(percentEncoded: false)
        self.folder = path
        self.renewal = renewal
        self.expiry = expiry
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard let lease = FileLock(making: "\(path)/\(own.text)\(Self.suffix)") else {
            throw LIFError(
                .configurationNotValid,
                "This process cannot make its file in \"\(path)\" (\(String(cString: strerror(errno)))). Choose a state "
                    + "folder that it may write to.", blame: .us)
        }
        state = Mutex(State(lease: lease))
        renewing.start { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: renewal)
                guard let self, !Task.isCancelled else { return }
                self.renew()
            }
        }
    }

    deinit {
        state.withLock { state in
            if state.lease != nil { unlink(path(of: own)) }
            for peer in state.peers.values { _ = peer.watch.stop() }
        }
    }

    private func path(of holder: HolderID) -> String { "\(folder)/\(holder.text)\(Self.suffix)" }

    /// The processes whose locks are held and which do not hang, with this one; it looks at the locks now.
    ///
    /// - Throws: `LIFError` `OutputReadException` when the folder cannot be read.
    public func living() async throws -> Set<HolderID> {
        try livingPeers().union([own])
    }

    /// As ``living()``, without this process; for a look inside a transaction.
    func livingPeers() throws -> Set<HolderID> {
        try look(isRenewal: false)
        return state.withLock { state in Set(state.peers.filter { !$0.value.silence.isHung }.keys) }
    }

    /// The processes whose locks are held, also those that hang, with this one; it looks at the locks now.
    ///
    /// - Throws: `LIFError` `OutputReadException` when the folder cannot be read.
    func present() throws -> Set<HolderID> {
        try look(isRenewal: false)
        return state.withLock { Set($0.peers.keys).union([own]) }
    }

    /// See ``Leases/departures()``. Elements not yet read are merged into one. The stream ends with ``shutdown()``.
    public func departures() -> AsyncStream<Void> { listeners.listen() }

    /// Gives the lease back: the others take over at once what this process holds. Ends all streams; a second call does
    /// nothing.
    public func shutdown() async {
        await renewing.close()
        for peer in giveBack() {
            // A thread that cannot be ended waits for its peer's death, and does nothing then.
            for _ in 0..<1_000 where !peer.stop() { try? await Task.sleep(for: .milliseconds(1)) }
        }
    }

    /// - Returns: The threads that are still to be ended.
    private func giveBack() -> [PeerWatch] {
        let old = state.withLock { state in
            defer { state = State() }
            return state
        }
        guard old.lease != nil else { return [] }
        // First the name and then, with `old`, the lock: whoever gets the lock finds no file any more.
        unlink(path(of: own))
        listeners.finish()
        return old.peers.values.map(\.watch)
    }

    /// Touches the own file, makes it anew when someone has removed it, and looks at the others.
    private func renew() {
        let path = path(of: own)
        state.withLock { state in
            guard let lease = state.lease else { return }
            lease.touch()
            if !lease.isAt(path), let again = FileLock(making: path) { state.lease = again }
        }
        // What cannot be read now may be at the next renewal; `living` says so to who asks.
        try? look(isRenewal: true)
    }

    /// Looks for new processes, and for those that died or hang.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    private func look(isRenewal: Bool) throws {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw LIFError(
                .outputReadException, "The folder \"\(folder)\" cannot be read. Check the disk of the state folder.",
                blame: .us, cause: error)
        }
        var hasDeparted = false
        for name in names {
            if name.hasSuffix(FileLock.unfinished) { removeIfForgotten("\(folder)/\(name)") }
            guard name.hasSuffix(Self.suffix), let holder = HolderID(String(name.dropLast(Self.suffix.count))),
                holder != own
            else { continue }
            if look(at: holder, isRenewal: isRenewal) { hasDeparted = true }
        }
        if hasDeparted { listeners.send() }
    }

    /// - Returns: Whether the process has died, or begun to hang.
    private func look(at holder: HolderID, isRenewal: Bool) -> Bool {
        let path = path(of: holder)
        guard let watch = PeerWatch(path) else { return false }
        if watch.isFree {
            if watch.isAt(path) { unlink(path) }
            let peer = state.withLock { $0.peers.removeValue(forKey: holder) }
            _ = peer?.watch.stop()
            return true
        }
        let touchedAt = Self.modificationDate(of: path)
        return state.withLock { state in
            guard state.lease != nil else { return false }
            guard state.peers[holder] != nil else {
                state.peers[holder] = Peer(
                    watch: watch, silence: PeerSilence(renewal: renewal, expiry: expiry, touchedAt: touchedAt))
                watch.start { [weak self] in self?.died(holder, watch) }
                return false
            }
            guard isRenewal, let touchedAt else { return false }
            return state.peers[holder]?.silence.look(touchedAt) ?? false
        }
    }

    /// A process that died while it made its file has left it without a lock.
    private func removeIfForgotten(_ path: String) {
        if let date = Self.modificationDate(of: path), Date() > date + 60 { unlink(path) }
    }

    private static func modificationDate(of path: String) -> Date? {
        try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }

    private func died(_ holder: HolderID, _ watch: PeerWatch) {
        let isNews = state.withLock { state in
            guard state.peers[holder]?.watch === watch else { return false }
            state.peers[holder] = nil
            return true
        }
        guard isNews else { return }
        let path = path(of: holder)
        // A living process whose file someone had removed has made a new one.
        if watch.isAt(path) { unlink(path) }
        listeners.send()
    }
}
