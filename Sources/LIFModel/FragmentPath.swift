public import LIFJSON

/// The path of a fragment: `Person` and one member of it, such as `Person.CredentialAward` (Query Planner seed, "LIF
/// fragment").
public struct FragmentPath: Sendable, Hashable, CustomStringConvertible {
    /// The name of the member of `Person`.
    public let entity: String

    /// The path of a member of `Person`, with the spelling given; nothing is checked.
    public init(entity: String) { self.entity = entity }

    /// Reads `Person.Name`, `person.name` or `$.Person.Name`. The entity keeps its spelling: only a `SourceCatalogue`
    /// knows which spelling is the canonical one.
    ///
    /// - Returns: `nil` when it is not `Person` and exactly one member.
    public init?(parsing text: String) {
        guard let field = FieldPath(parsing: text), field.segments.count == 1 else { return nil }
        entity = field.segments[0]
    }

    /// The path as it is written in queries and plans: `Person.CredentialAward`.
    public var description: String { "Person.\(entity)" }
}

/// A path below `Person`, of any depth, as `selected_fields` names it: `Person.Contact.Email.emailAddress`.
public struct FieldPath: Sendable, Hashable, CustomStringConvertible {
    /// The names below `Person`; empty for `Person` itself.
    public let segments: [String]

    /// Reads `Person`, `Person.Name` or `$.person.Name.firstName`; names keep their spelling.
    ///
    /// - Returns: `nil` when the root is not `Person` or a segment is empty.
    public init?(parsing text: String) {
        // Bytes: to find the borders of characters takes several times as long, and this is on the way of each query.
        var parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        if parts.first == "$" { parts.removeFirst() }
        guard let root = parts.first, LIFName.matches(root, "Person"), parts.allSatisfy({ !$0.isEmpty }) else {
            return nil
        }
        segments = Array(parts.dropFirst())
    }

    /// The path with its root and without `$`: `Person.Contact.Email.emailAddress`.
    public var description: String { (["Person"] + segments).joined(separator: ".") }
}

/// How names of LIF members are compared: exactly first, then without regard to the case of the first letter. Real
/// objects hold both `Identifier` and `identifier`, so the exact one always wins.
public enum LIFName {
    /// Whether two names are the same but for the case of an ASCII first letter.
    public static func matches(_ left: String, _ right: String) -> Bool {
        guard let first = left.utf8.first, let other = right.utf8.first else { return left.isEmpty && right.isEmpty }
        guard first == other || isLetter(first) && first | 0x20 == other | 0x20 else { return false }
        return left.utf8.dropFirst().elementsEqual(right.utf8.dropFirst())
    }

    /// Names start with an ASCII letter; of others only the exact spelling matches.
    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// The name among those given that the asked one means.
    public static func find(_ asked: String, among names: some Sequence<String>) -> String? {
        var loose: String?
        for name in names {
            if name.utf8.elementsEqual(asked.utf8) { return name }
            if loose == nil, matches(name, asked) { loose = name }
        }
        return loose
    }
}

extension RawJSON {
    /// The member that a LIF name means (see `LIFName`).
    public func member(named asked: String) -> RawJSON? {
        let members = self.members
        guard let name = LIFName.find(asked, among: members.lazy.map(\.name)) else { return nil }
        return members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The members of a `Person` that hold data and that none of the paths means.
    public func paths(besides asked: [FragmentPath]) -> [FragmentPath] {
        let taken = Set(asked.compactMap { LIFName.find($0.entity, among: members.lazy.map(\.name)) })
        return members.filter { !$0.value.isNull && $0.value != .emptyArray && !taken.contains($0.name) }
            .map { FragmentPath(entity: $0.name) }
    }

    /// The one object that a record holds under its root: under `Person` or `person`, inside an array or not.
    ///
    /// - Returns: `nil` when there is no such root or it holds no object.
    public var personOfRecord: RawJSON? {
        guard let root = member(named: "Person") else { return nil }
        let person = root.isArray ? root.elements.first : root
        return person?.isObject == true ? person : nil
    }
}
