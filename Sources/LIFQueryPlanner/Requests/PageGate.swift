import Synchronization

/// Lets a limited number of pages be worked on at the same time, in the order in which they ask, so that promised queries
/// together take a bounded amount of memory.
///
/// Some places are kept for queries of one page: large queries of a slow source do not hold these up.
final class PageGate: Sendable {
    enum Size: Sendable {
        /// The query is one page.
        case single
        /// The page is one of several.
        case many
    }

    private enum Place: Sendable { case common, kept }

    private struct Waiting {
        let number: Int
        let size: Size
        let continuation: CheckedContinuation<Place?, Never>
    }

    private struct State {
        var common: Int
        /// Only for queries of one page.
        var kept: Int
        var nextNumber = 0
        /// In the order of asking.
        var waiting: [Waiting] = []

        mutating func take(_ size: Size) -> Place? {
            if size == .single, kept > 0 {
                kept -= 1
                return .kept
            }
            if common > 0 {
                common -= 1
                return .common
            }
            return nil
        }
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - places: For pages of any query.
    ///   - keptPlaces: On top of them, for queries of one page.
    init(places: Int, keptPlaces: Int = 0) { state = Mutex(State(common: places, kept: keptPlaces)) }

    var freePlaces: Int { state.withLock { $0.common + $0.kept } }
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Whether a page would have to wait now.
    func isFull(for size: Size) -> Bool { state.withLock { $0.common == 0 && (size == .many || $0.kept == 0) } }

    /// - Throws: `CancellationError`; what the body throws.
    func pass<Value: Sendable>(_ size: Size = .many, _ body: () async throws -> Value) async throws -> Value {
        guard let place = await enter(size) else { throw CancellationError() }
        defer { leave(place) }
        return try await body()
    }

    /// - Returns: `nil` when the task is cancelled while it waits.
    private func enter(_ size: Size) async -> Place? {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let place: Place?? = state.withLock { state in
                    // Cancellation that came first has found no continuation to resume; it is seen here.
                    if Task.isCancelled { return .some(nil) }
                    // Nobody waits for a place that is free.
                    if let place = state.take(size) { return place }
                    state.waiting.append(Waiting(number: number, size: size, continuation: continuation))
                    return nil
                }
                if let place { continuation.resume(returning: place) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0).continuation }
            }
            waiting?.resume(returning: nil)
        }
    }

    private func leave(_ place: Place) {
        let next = state.withLock { state -> CheckedContinuation<Place?, Never>? in
            if let index = state.waiting.firstIndex(where: { place == .common || $0.size == .single }) {
                return state.waiting.remove(at: index).continuation
            }
            switch place {
            case .common: state.common += 1
            case .kept: state.kept += 1
            }
            return nil
        }
        next?.resume(returning: place)
    }
}
