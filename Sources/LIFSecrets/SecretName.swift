/// A secret's name at a source that keeps documents: `path#key`, a document and a member of it.
struct SecretName: Sendable, Hashable {
    let path: String
    /// Nil when the name has no `#`.
    let key: String?

    /// What stands after the last `#` is the key.
    init(_ text: String) {
        guard let mark = text.lastIndex(of: "#") else {
            path = text
            key = nil
            return
        }
        path = String(text[..<mark])
        key = String(text[text.index(after: mark)...])
    }

    /// Asks for each document once, however many of its members are wanted.
    ///
    /// - Parameters:
    ///   - read: The document at a path; nil when there is none.
    ///   - member: What a name means in its document; nil when the document has no such member.
    /// - Returns: The members that are there and not empty, by their whole names.
    static func members<Document: Sendable>(
        _ names: Set<String>, read: @escaping @Sendable (_ path: String) async throws -> Document?,
        member: (_ name: SecretName, _ document: Document) throws -> String?
    ) async throws -> [String: String] {
        let wanted = names.sorted().map { (text: $0, name: SecretName($0)) }
        let documents = try await concurrently(Set(wanted.map(\.name.path)), read)
        var found: [String: String] = [:]
        for (text, name) in wanted {
            guard let document = documents[name.path], let value = try member(name, document) else { continue }
            if !value.isEmpty { found[text] = value }
        }
        return found
    }
}
