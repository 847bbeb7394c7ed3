import LIFModel
import Logging

/// What is said about data that is not removed by its age, because the clock was moved.
enum RetentionPause {
    static func sentence(_ steadyFor: Duration) -> String {
        let left = max(ClockTrust.probation - steadyFor, .zero).inSeconds / 3_600
        return
            "No expired data is removed, because the machine's clock has jumped by more than an hour. Removal goes on "
            + "in \(Int(left.rounded(.up))) h if the clock is steady. If it is right, run `lif retention resume`."
    }

    static func log(_ change: ClockTrust.Change, _ logger: Logger) {
        switch change {
        case .none: break
        case .moved(let duration):
            let seconds = Int(duration.inSeconds.rounded())
            let metadata: Logger.Metadata = seconds == 0 ? [:] : ["moved_by_seconds": "\(seconds)"]
            logger.warning("\(sentence(.zero))", metadata: metadata)
        case .isSteadyAgain: logger.notice("Expired data is removed again")
        }
    }
}
