public import Foundation

/// What a schedule has to do now.
public struct DueTimes: Sendable, Hashable {
    /// The times whose firing is to be done now, in their order.
    public let due: [Date]
    /// How many times have passed that are not fired any more; counted up to `countedAtMost`, however many there were.
    public let skipped: Int
    /// When to look again; `nil` when the schedule never fires again.
    public let next: Date?
    /// Whether times have been dealt with that lie after now: the clock was set back. The schedule goes on from now
    /// (`ScheduleStore.setBack`), or it would be silent until the clock is where it was.
    public let isSetBack: Bool

    /// What `ScheduleRule.dueTimes` returns; `due` is in ascending order.
    public init(due: [Date], skipped: Int, next: Date?, isSetBack: Bool = false) {
        self.due = due
        self.skipped = skipped
        self.next = next
        self.isSetBack = isSetBack
    }

    /// How many missed times a schedule with `catchUp` makes up for at once, unless the caller sets another limit.
    public static let standardLimit = 100
    /// The largest number of passed times that is counted, so that a long silence costs bounded time.
    public static let countedAtMost = 10_000
}
