import LIFMetadata
import LIFModel
import Synchronization

/// The data model that holds now: the MDR's, where one is configured and has given it, else the configured one.
final class DataModelInUse: Sendable {
    private struct State {
        var configured: PersonModel
        var mdr: MDRMetadata?
    }

    private let state: Mutex<State>

    init(_ configured: PersonModel) { state = Mutex(State(configured: configured)) }

    /// Has the MDR's copies looked at each time; what has expired there is then fetched without anyone waiting for it.
    func follow(_ mdr: MDRMetadata?) { state.withLock { $0.mdr = mdr } }

    func configure(_ model: PersonModel) { state.withLock { $0.configured = model } }

    @Sendable func model() -> PersonModel {
        let (mdr, configured) = state.withLock { ($0.mdr, $0.configured) }
        return mdr?.current().model ?? configured
    }
}
