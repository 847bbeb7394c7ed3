import Foundation

extension ClockReading {
    /// What this machine's clocks show.
    public static var current: ClockReading {
        var time = timespec()
        #if os(Linux)
            clock_gettime(CLOCK_BOOTTIME, &time)
        #else
            clock_gettime(CLOCK_MONOTONIC, &time)
        #endif
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        return ClockReading(
            wall: Date(), sinceBoot: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec), boot: boot.trimmed)
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
