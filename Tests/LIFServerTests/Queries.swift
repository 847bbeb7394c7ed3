/// Bodies of queries.
enum Queries {
    static let name = query(#""Person.Name""#)
    static let whole = query("")

    static func query(_ fields: String, learner: String = "100001") -> String {
        #"{"filter":{"Person":{"Identifier":\#(identifier(learner))}},"selected_fields":[\#(fields)]}"#
    }

    static func identifier(_ learner: String) -> String {
        #"{"identifier":"\#(learner)","identifierType":"SCHOOL_ASSIGNED_NUMBER"}"#
    }

    static let native = ["Accept": "application/vnd.lif.result+json"]
    static let respondAsync = ["Prefer": "respond-async"]
}
