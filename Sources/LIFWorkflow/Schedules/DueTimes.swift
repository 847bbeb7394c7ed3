public import Foundation

/// What a schedule has to do now.
public struct DueTimes: Sendable, Hashable {
    /// The times whose firing is to be done now, in their order.
    public let due: [Date]
    /// How many times have passed that are not fired any more; told up to `countedAtMost`, however many there were.
    public let skipped: Int
    /// When to look again; `nil` when the schedule never fires again.
    public let next: Date?

    public init(due: [Date], skipped: Int, next: Date?) {
        self.due = due
        self.skipped = skipped
        self.next = next
    }

    public static let standardLimit = 100
    public static let countedAtMost = 10_000
}
