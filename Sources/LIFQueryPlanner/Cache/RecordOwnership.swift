public import LIFJSON
public import LIFModel

/// Tells whose a record in a LIF Cache and its items are, by their `informationSourceId`. Pure.
///
/// A deployed LIF Cache holds, beside the organisation's own data, copies of what sources once gave. Only the former is
/// ours: copies come fresh from their sources.
public struct RecordOwnership: Sendable, Hashable {
    private let organization: String?
    /// Names of which no item is ours at any path: ids of sources, and organisations of partners.
    private let others: Set<String>
    /// At paths that a source of no partner supplies, the name of its organisation: an item there may be its copy. That
    /// organisation may be ours, so elsewhere it says nothing.
    private let othersByEntity: [String: Set<String>]

    /// Tells own items from those of these sources.
    ///
    /// - Parameter organization: This organisation's id; `nil` when it is not configured. Names are compared without regard
    ///   to case.
    public init(organization: String?, sources: [InformationSource]) {
        self.organization = organization.map { $0.lowercased() }
        var others: Set<String> = []
        var byEntity: [String: Set<String>] = [:]
        for source in sources where !source.isOwnRecords {
            others.insert(source.id.lowercased())
            guard let organization = source.organization?.lowercased() else { continue }
            if source.isPartner {
                others.insert(organization)
            } else {
                for path in source.fragmentPaths { byEntity[path.entity, default: []].insert(organization) }
            }
        }
        self.others = others
        othersByEntity = byEntity
    }

    /// Whether items with this `informationSourceId` are the organisation's own.
    ///
    /// - Parameter id: `nil` for an item that has none.
    public func isOurs(_ id: String?, at path: FragmentPath) -> Bool {
        guard let id = Self.name(id) else { return organization == nil }
        if let organization { return id == organization }
        return !others.contains(id) && !(othersByEntity[path.entity]?.contains(id) ?? false)
    }

    /// What of a person's member is the organisation's own; `nil` for nothing.
    ///
    /// A scalar always is: a deployed LIF Cache takes none from sources. Of equal items one is kept: a deployed planner appends
    /// what a source of our own gives at each refresh, with our mark or without one.
    public func content(of person: RawJSON, at path: FragmentPath) -> FragmentContent? {
        guard let member = person.member(named: path.entity),
            let content = FragmentContent(member: member)?.withoutEmptyItems
        else { return nil }
        if content.isScalar { return content }
        var seen: Set<RawJSON> = []
        let items = content.items.elements.filter { item in
            guard item.isObject else { return true }
            return isOurs(Self.informationSourceID(of: item), at: path) && seen.insert(item).inserted
        }
        return items.isEmpty ? nil : items.count == content.count ? content : FragmentContent(items)
    }

    /// The identifiers by which a person is known to this organisation. One that another organisation gave may be somebody
    /// else's here. The organisation of a source that is no partner may be ours.
    public func ownIdentifiers(of person: RawJSON) -> Set<LearnerIdentifier> {
        identifiers(of: person) { id in
            guard let id = Self.name(id) else { return true }
            return organization.map { id == $0 } ?? !others.contains(id)
        }
    }

    /// All identifiers of a person, whoever gave them.
    public func identifiers(of person: RawJSON) -> Set<LearnerIdentifier> { identifiers(of: person) { _ in true } }

    private func identifiers(of person: RawJSON, where isTaken: (String?) -> Bool) -> Set<LearnerIdentifier> {
        guard let member = person.member(named: Self.identifierPath.entity) else { return [] }
        let entries = member.isArray ? member.elements : [member]
        return Set(
            entries.compactMap { entry in
                guard let identifier = entry["identifier"]?.string, let type = entry["identifierType"]?.string,
                    isTaken(Self.informationSourceID(of: entry))
                else { return nil }
                return LearnerIdentifier(identifier: identifier, identifierType: type)
            })
    }

    private static let identifierPath = FragmentPath(entity: "Identifier")

    private static func informationSourceID(of item: RawJSON) -> String? {
        guard let value = item.member(named: "informationSourceId"), !value.isNull else { return nil }
        return value.string ?? value.text
    }

    private static func name(_ id: String?) -> String? { id.flatMap { $0.isEmpty ? nil : $0.lowercased() } }
}

extension RecordOwnership: CustomStringConvertible {
    /// Two that decide in the same way have the same text.
    public var description: String {
        if let organization { return organization }
        let byEntity = othersByEntity.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.sorted())" }
        return "not \(others.sorted()) \(byEntity)"
    }
}
