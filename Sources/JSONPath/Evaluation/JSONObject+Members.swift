import LIFJSON

extension JSONObject {
    /// The members that exist: of several with the same name only the last.
    var distinctMembers: [Member] {
        // A set by Swift's comparison is quick, and finds every repetition; whether it is one is seen below.
        guard count > 1, Set(members.lazy.map(\.name)).count < count else { return members }
        var seen: Set<ExactString> = []
        return members.reversed().filter { seen.insert(ExactString($0.name)).inserted }.reversed()
    }
}
