import Synchronization

/// A value that a test's closures change from all sides.
final class Noted<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    func changing<Result: Sendable>(_ body: (inout sending Value) -> sending Result) -> Result {
        state.withLock { body(&$0) }
    }

    func change(_ body: (inout sending Value) -> Void) { state.withLock { body(&$0) } }
}
