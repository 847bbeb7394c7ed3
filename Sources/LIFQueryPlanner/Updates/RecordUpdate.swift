public import LIFJSON
public import LIFModel

/// An update of a record, in the form of deployed LIF APIs:
/// `{"updatePerson":{"filter":{"Person":{"Identifier":[…]}},"input":{"Person":{…}}}}`.
public struct RecordUpdate: Sendable {
    /// As it came. What it says is the LIF Cache's to judge.
    public let body: [UInt8]
    let filter: UpdateFilter

    /// Reads an update.
    ///
    /// - Throws: `LIFError` `QueryNotValid` for what is no update, and for one whose filter may match anybody's record
    ///   (`UpdateFilter`).
    public init(body: [UInt8], maximumBytes: Int) throws(LIFError) {
        let document: JSONValue
        do {
            document = try JSONParser.parse(body, limits: JSONLimits(maximumBytes: maximumBytes, maximumDepth: 32))
        } catch {
            throw LIFError(.queryNotValid, "The request's body is not JSON: \(error).", cause: error)
        }
        guard let update = document["updatePerson"]?.object else {
            throw .shape(
                .queryNotValid, "\"updatePerson\"", is: document["updatePerson"],
                should: "an object with \"filter\" and \"input\"")
        }
        for name in ["filter", "input"] where update[name]?.object == nil {
            throw .shape(.queryNotValid, "\"updatePerson.\(name)\"", is: update[name], should: "an object")
        }
        filter = try UpdateFilter(update["filter"] ?? .null)
        self.body = body
    }
}

/// What a LIF Cache has answered to an update.
public struct RecordUpdateAnswer: Sendable {
    /// 200 to 299, or 400 to 499.
    public let status: Int
    /// The record as it is now, or what is wrong with the update.
    public let document: RawJSON

    /// Makes the answer of a cache.
    ///
    /// - Parameter status: As the cache has given it.
    public init(status: Int, document: RawJSON) {
        self.status = status
        self.document = document
    }

    var isSuccess: Bool { (200..<300).contains(status) }

    /// The entries of `Identifier` of each person in the answer.
    var identifiers: [JSONValue] {
        let persons = document.value().entries.flatMap { $0.member(named: "Person")?.entries ?? [] }
        return persons.flatMap { $0.member(named: "Identifier")?.entries ?? [] }
    }
}
