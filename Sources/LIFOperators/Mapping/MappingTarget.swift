import LIFModel
import LIFSettings

/// A member that a mapping fills: its place below a fragment path, and what the data model says of it.
struct MappingTarget {
    /// From the fragment path's entity on.
    let names: [String]
    /// `nil` where the data model knows nothing.
    private let node: PersonModel.Node?
    /// Of each of `names`, whether it is a list in the data model.
    private let lists: [Bool]

    init(entity path: FragmentPath, in model: PersonModel) {
        names = ["Person", path.entity]
        let entity = model[path.entity]
        node = entity?.node
        lists = [false, true]
    }

    private init(names: [String], node: PersonModel.Node?, lists: [Bool]) {
        self.names = names
        self.node = node
        self.lists = lists
    }

    var isList: Bool { lists.last ?? false }

    /// The members below another target, each with whether it is a list.
    func steps(below outer: MappingTarget) -> [(name: String, isList: Bool)] {
        Array(zip(names, lists).dropFirst(outer.names.count)).map { (name: $0, isList: $1) }
    }

    /// The member that a key of `fields` names, which may be several levels below: `Email.emailAddress`. What the data model
    /// does not know is passed through, so it is no error; but it may be mistyped, so it is a notice.
    ///
    /// - Returns: `nil` for what is no name of a member, which is reported.
    func at(_ member: ConfigurationNode.Member, shown: String, _ diagnostics: Diagnostics) -> MappingTarget? {
        let steps = member.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard steps.allSatisfy(Self.isName) else {
            diagnostics.report(
                member.place,
                "\"\(shown)\" is no name of a member; it must be one such as name, or several with dots between them such as "
                    + "Email.emailAddress. For a list give the member a block with \"from\" and \"fields\"")
            return nil
        }
        // "Person" itself is no level.
        guard names.count - 1 + steps.count <= PersonModel.maximumDepth else {
            diagnostics.report(
                member.place,
                "\"\(shown)\" is more than \(PersonModel.maximumDepth) levels below \"Person\"; no query goes deeper")
            return nil
        }
        var target = self
        var isKnown = true
        for step in steps {
            let known = target.node?[step]
            if isKnown, let node = target.node, known == nil {
                isKnown = false
                UnknownMember(target.names + [step], in: node).notice("mapped", at: member.place, diagnostics)
            }
            target = MappingTarget(
                names: target.names + [step], node: known?.node, lists: target.lists + [known?.node.isList ?? false])
        }
        return target
    }

    /// A number or a bracket is meant as a place in a list, and `$` or `@` alone as a path into the answer, which a member's name
    /// cannot say. Members may be called `@id`.
    private static func isName(_ name: String) -> Bool {
        !["", "$", "@"].contains(name) && Int(name) == nil && !name.contains { "[]*".contains($0) }
    }
}
