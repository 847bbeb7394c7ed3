package import LIFModel

/// A name that the data model does not know, where it knows others. What it does not know is passed through, so this is no
/// error; but the name may be mistyped, so it is a notice.
package struct UnknownMember {
    /// From `Person` to the name.
    package let names: [String]
    private let node: PersonModel.Node

    /// - Parameter node: Where the last of the names should be.
    package init(_ names: [String], in node: PersonModel.Node) {
        self.names = names
        self.node = node
    }

    /// The first unknown name on the way to a field; `nil` when all are known, or the model ends before.
    package init?(on field: FieldPath, in model: PersonModel) {
        var (names, node) = (["Person"], model.person)
        for segment in field.segments {
            names.append(segment)
            guard let known = node[segment] else {
                self.init(names, in: node)
                return
            }
            node = known.node
        }
        return nil
    }

    /// - Parameter use: What the configuration does with the name: `mapped`.
    package func notice(_ use: String, at place: Place, _ diagnostics: Diagnostics) {
        let near = NearestNames.to(names.last ?? "", among: node.names).first
        // A model that knows some members says little about the others.
        if node.names.isEmpty || node.isOpen && near == nil { return }
        let hint = near.map { " Did you mean \"\($0)\"?" } ?? " It knows \(node.names.joined(separator: ", "))."
        diagnostics.notice(
            place, "The data model does not know \"\(names.joined(separator: "."))\", which is \(use).\(hint)")
    }
}
