/// A set of Unicode's general categories, as `\p{…}` names them (RFC 9485, section 4, "IsCategory").
struct GeneralCategories: OptionSet, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// - Returns: `nil` for a name that RFC 9485 does not have, such as `Cs`: surrogates are no scalars.
    init?(named name: String) {
        let members = Self.names.indices.filter { index in
            name.utf8.count == 1 ? Self.names[index].utf8.first == name.utf8.first : Self.names[index] == name
        }
        guard !members.isEmpty else { return nil }
        rawValue = members.reduce(0) { $0 | 1 << UInt32($1) }
    }

    var inverted: GeneralCategories { GeneralCategories(rawValue: ~rawValue) }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        rawValue & 1 << UInt32(Self.index(of: scalar.properties.generalCategory)) != 0
    }

    private static let names = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cn",
    ]

    /// The place of a category in `names`; past its end for surrogates.
    private static func index(of category: Unicode.GeneralCategory) -> Int {
        switch category {
        case .uppercaseLetter: 0
        case .lowercaseLetter: 1
        case .titlecaseLetter: 2
        case .modifierLetter: 3
        case .otherLetter: 4
        case .nonspacingMark: 5
        case .spacingMark: 6
        case .enclosingMark: 7
        case .decimalNumber: 8
        case .letterNumber: 9
        case .otherNumber: 10
        case .connectorPunctuation: 11
        case .dashPunctuation: 12
        case .openPunctuation: 13
        case .closePunctuation: 14
        case .initialPunctuation: 15
        case .finalPunctuation: 16
        case .otherPunctuation: 17
        case .mathSymbol: 18
        case .currencySymbol: 19
        case .modifierSymbol: 20
        case .otherSymbol: 21
        case .spaceSeparator: 22
        case .lineSeparator: 23
        case .paragraphSeparator: 24
        case .control: 25
        case .format: 26
        case .privateUse: 27
        case .unassigned: 28
        case .surrogate: 31
        @unknown default: 31
        }
    }
}
