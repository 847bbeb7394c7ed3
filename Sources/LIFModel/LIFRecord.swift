public import LIFJSON

/// One JSON document about one learner, rooted at `Person` (Query Planner seed, "LIF record").
public struct LIFRecord: Sendable, Hashable {
    /// The one object under `Person`; `nil` when there is no data about the learner.
    public let person: RawJSON?

    /// A record of the one object that stands under `Person`; it is not checked to be an object.
    public init(person: RawJSON?) { self.person = person }

    /// Whether there is no data about the learner.
    public var isEmpty: Bool { person == nil }

    /// `{"Person":[{…}]}`, or `{"Person":[]}` when there is no data.
    public var json: RawJSON {
        var writer = JSONWriter(reservingCapacity: (person?.bytes.count ?? 0) + 16)
        writer.object { writer in
            writer.name("Person")
            writer.array { writer in
                if let person { writer.value(person) }
            }
        }
        return writer.raw
    }
}
