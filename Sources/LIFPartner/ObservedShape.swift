import LIFGraphQL
import LIFJSON

/// What was seen of one member over all records: which kinds of JSON, and what is inside.
struct ObservedShape {
    private(set) var strings = false
    private(set) var booleans = false
    private(set) var integers = false
    private(set) var numbers = false
    private(set) var objects = false
    private(set) var lists = false
    /// Whether a list held `null`.
    private(set) var nullElements = false
    /// Whether an object had a member whose name GraphQL cannot write.
    private(set) var unspeakableMembers = false
    private(set) var memberNames: [String] = []
    private var shapes: [ObservedShape] = []
    private var indexes: [String: Int] = [:]

    /// The shape of a list's elements; kept as the only shape of a list.
    private(set) var element: [ObservedShape] = []

    mutating func observe(_ value: JSONValue) {
        switch value {
        case .null: break
        case .bool: booleans = true
        case .number(let number):
            if let int = number.int, Int32(exactly: int) != nil { integers = true } else { numbers = true }
        case .string: strings = true
        case .array(let values):
            lists = true
            for value in values {
                if value.isNull { nullElements = true }
                if element.isEmpty { element.append(ObservedShape()) }
                element[0].observe(value)
            }
        case .object(let object):
            objects = true
            for member in object.members { observe(member) }
        }
    }

    private mutating func observe(_ member: JSONObject.Member) {
        guard member.name.isGraphQLName, !member.name.hasPrefix("__") else {
            unspeakableMembers = true
            return
        }
        let index: Int
        if let known = indexes[member.name] {
            index = known
        } else {
            index = shapes.count
            indexes[member.name] = index
            memberNames.append(member.name)
            shapes.append(ObservedShape())
        }
        shapes[index].observe(member.value)
    }

    func member(_ name: String) -> ObservedShape? { indexes[name].map { shapes[$0] } }

    /// Whether nothing but null was seen.
    var isEmpty: Bool { kindCount == 0 }

    /// How many kinds were seen that no one type covers: more than one needs a scalar for any JSON.
    var kindCount: Int {
        [strings, booleans, integers || numbers, objects, lists].count { $0 }
    }
}
