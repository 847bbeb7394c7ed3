public import LIFJSON

/// LIF records of a partner organisation, found by learner.
///
/// A record is `{"Person":[{…}], …}` (also `person`, also one object instead of an array of one). Other roots of a
/// record, such as `Course`, are not served. Values stay as they were written.
public struct PartnerRecords: Sendable {
    /// What a query's filter names. Without a type, any type of that identifier matches.
    public struct Key: Sendable {
        /// The identifier, compared to the byte.
        public let identifier: String
        /// The type as a token: upper case, every character that is not a letter or digit an underscore.
        public let typeToken: String?

        /// A key for any type when `identifierType` is `nil`; the type may be written as a token or as records write it.
        public init(identifier: String, identifierType: String?) {
            self.identifier = identifier
            typeToken = identifierType.map(PartnerRecords.token)
        }
    }

    /// The person of each record, in the order of the files' names.
    public let people: [JSONValue]
    /// The tokens of the identifier types in use, in the order met.
    public let identifierTypes: [String]
    /// Keyed by the identifier's bytes: Swift would compare strings by canonical equivalence.
    private let index: [[UInt8]: [(typeToken: String, person: Int)]]

    /// Loads every `*.json` of a folder (not of folders in it), in the order of their names.
    ///
    /// - Throws: `PartnerError` that names the file that cannot be read, is no JSON, or is no record.
    public init(folder: String) throws(PartnerError) {
        var records: [(name: String, record: JSONValue)] = []
        for file in try JSONFolder.read(folder) { records.append((file.name, file.raw.value())) }
        try self.init(records: records)
    }

    /// Takes records that have been read already, in the order given.
    ///
    /// - Parameter records: Each with the name that an error calls it by.
    /// - Throws: `PartnerError` that names the record that has not one person.
    public init(records: [(name: String, record: JSONValue)]) throws(PartnerError) {
        var people: [JSONValue] = []
        var types: [String] = []
        var index: [[UInt8]: [(typeToken: String, person: Int)]] = [:]
        for (name, record) in records {
            let root = record["Person"] ?? record["person"]
            guard let person = root?.array == nil ? root : root?.array?.first, person.object != nil,
                root?.array?.count ?? 1 == 1
            else {
                throw PartnerError("The file '\(name)' is no LIF record: 'Person' must be an array of one object.")
            }
            for identifier in person["Identifier"]?.array ?? [] {
                guard let text = identifier["identifier"]?.string else { continue }
                let token = Self.token(identifier["identifierType"]?.string ?? "")
                if !types.contains(token) { types.append(token) }
                index[Array(text.utf8), default: []].append((token, people.count))
            }
            people.append(person)
        }
        self.people = people
        self.identifierTypes = types
        self.index = index
    }

    /// The people that any of the keys names, each once, in the order of the records.
    public func people(matching keys: [Key]) -> [JSONValue] {
        var found: Set<Int> = []
        for key in keys {
            for entry in index[Array(key.identifier.utf8)] ?? []
            where key.typeToken ?? entry.typeToken == entry.typeToken {
                found.insert(entry.person)
            }
        }
        return found.sorted().map { people[$0] }
    }

    /// An identifier type as schemas write it: `School assigned number` becomes `SCHOOL_ASSIGNED_NUMBER`.
    public static func token(_ type: String) -> String {
        String(type.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }
}
