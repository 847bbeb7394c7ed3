public import LIFJSON
public import LIFModel

/// An update of a record, in the form of deployed LIF APIs:
/// `{"updatePerson":{"filter":{"Person":{"Identifier":[…]}},"input":{"Person":{…}}}}`.
public struct RecordUpdate: Sendable {
    /// As it came. What it says is the LIF Cache's to judge.
    public let body: [UInt8]
    /// The learners that its filter names by identifier.
    public let learners: Set<LearnerIdentifier>

    /// Reads an update.
    ///
    /// - Throws: `LIFError` `QueryNotValid` for what is no update, and for one whose filter filters by nothing: a deployed
    ///   LIF Cache would take that for whichever record comes first.
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
        guard let filter = update["filter"], filter.namesSomething else {
            throw LIFError(
                .queryNotValid, "\"updatePerson.filter\" names no learner. Name the one whose record is to be changed.",
                isShapeError: true)
        }
        self.body = body
        learners = (filter.member(named: "Person")?.member(named: "Identifier")).map(LearnerIdentifier.all) ?? []
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

    /// The learner whose record it is, by each identifier in it.
    var learners: Set<LearnerIdentifier> {
        (document.personOfRecord?.member(named: "Identifier")?.value()).map(LearnerIdentifier.all) ?? []
    }
}

extension JSONValue {
    /// The member that a LIF name means (see `LIFName`).
    fileprivate func member(named asked: String) -> JSONValue? {
        LIFName.find(asked, among: object?.names ?? []).flatMap { self[$0] }
    }
}

extension LearnerIdentifier {
    /// Those in the value of `Identifier`, in a record or in a filter: one or several. What is none is left out.
    fileprivate static func all(in value: JSONValue) -> Set<LearnerIdentifier> {
        Set(
            (value.array ?? [value]).compactMap { entry in
                guard let identifier = entry["identifier"]?.string, let type = entry["identifierType"]?.string else {
                    return nil
                }
                return LearnerIdentifier(identifier: identifier, identifierType: type)
            })
    }
}
