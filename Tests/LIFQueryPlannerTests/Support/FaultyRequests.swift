import LIFJournal
import LIFModel
import LIFTesting

@testable import LIFQueryPlanner

/// A store in memory whose journal counts calls, and fails them as often as a test says.
final class FaultyRequests: Sendable {
    /// What the store's calls come to in the journal.
    enum Call: Hashable {
        case accept, append, finish, discard, claim, landed, pendingCount, request, status, checkRoom

        fileprivate init?(_ call: HookedJournal.Call) {
            switch call {
            case .accept: self = .accept
            case .append: self = .append
            case .commit(let change):
                guard let end = change.state.end else { return nil }
                self = end == ProcessedRequest.discarded ? .discard : .finish
            case .claim: self = .claim
            case .parts(_, .groups, data: false): self = .landed
            case .openCount: self = .pendingCount
            case .run(_, let document): self = document ? .request : .status
            case .checkRoom: self = .checkRoom
            default: return nil
            }
        }

        fileprivate var isRead: Bool { [.landed, .pendingCount, .request, .status].contains(self) }
    }

    private struct State {
        var left: [Call: Int] = [:]
        var codes: [Call: LIFError.Code] = [:]
        var calls: [Call: Int] = [:]
        var gates: [Call: Gate] = [:]
    }

    /// The store whose calls fail.
    let store: ProcessedRequestStore
    private let state: Noted<State>

    init(_ base: any Journal = MemoryJournal()) {
        let state = Noted(State())
        self.state = state
        store = ProcessedRequestStore(
            HookedJournal(base) { call in
                guard let call = Call(call) else { return }
                try await Self.note(call, state)
            })
    }

    /// - Parameters:
    ///   - number: How many of the next calls fail.
    ///   - code: What they fail with, where that is not the disk.
    func fail(_ call: Call, _ number: Int = .max, _ code: LIFError.Code? = nil) {
        state.change { state in
            state.left[call] = number
            state.codes[call] = code
        }
    }

    /// Holds calls until the gate opens.
    func hold(_ call: Call, at gate: Gate) { state.change { $0.gates[call] = gate } }

    func count(_ call: Call) -> Int { state.value.calls[call] ?? 0 }

    private static func note(_ call: Call, _ state: Noted<State>) async throws {
        let before = state.changing { state in
            defer {
                state.calls[call, default: 0] += 1
                state.left[call] = max(0, (state.left[call] ?? 0) - 1)
            }
            return state
        }
        try await before.gates[call]?.wait()
        if (before.left[call] ?? 0) > 0 {
            let usual = call.isRead ? LIFError.Code.outputReadException : .outputWriteException
            throw LIFError(before.codes[call] ?? usual, "The disk is full.", blame: .us)
        }
    }
}
