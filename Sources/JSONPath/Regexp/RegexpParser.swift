/// Reads an I-Regexp (RFC 9485, section 4) by recursive descent over Unicode scalars.
struct RegexpParser {
    private let scalars: [Unicode.Scalar]
    private let maximumDepth: Int
    private var index = 0
    private var depth = 0

    init(_ pattern: String, limits: JSONPathLimits) {
        scalars = Array(pattern.unicodeScalars)
        maximumDepth = limits.maximumDepth
    }

    /// The whole text as one expression.
    mutating func regexp() throws(IRegexpError) -> RegexpNode {
        let node = try choice()
        guard index == scalars.count else { throw notValid }
        return node
    }

    // MARK: - Structure

    private mutating func choice() throws(IRegexpError) -> RegexpNode {
        var branches = [try branch()]
        while consume("|") { branches.append(try branch()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func branch() throws(IRegexpError) -> RegexpNode {
        var pieces: [RegexpNode] = []
        while let next = peek, next != "|", next != ")" { pieces.append(try quantified(try atom(next))) }
        return pieces.count == 1 ? pieces[0] : .sequence(pieces)
    }

    private mutating func quantified(_ atom: RegexpNode) throws(IRegexpError) -> RegexpNode {
        switch peek {
        case "*":
            index += 1
            return .repeated(atom, minimum: 0, maximum: nil)
        case "+":
            index += 1
            return .repeated(atom, minimum: 1, maximum: nil)
        case "?":
            index += 1
            return .repeated(atom, minimum: 0, maximum: 1)
        case "{":
            index += 1
            return try rangeQuantified(atom)
        default:
            return atom
        }
    }

    private mutating func rangeQuantified(_ atom: RegexpNode) throws(IRegexpError) -> RegexpNode {
        let start = index
        let minimum = try quantity()
        var maximum: Int? = minimum
        if consume(",") { maximum = peek == "}" ? nil : try quantity() }
        try expect("}")
        if let maximum, maximum < minimum { throw .notValid(offset: start) }
        return .repeated(atom, minimum: minimum, maximum: maximum)
    }

    /// Digits. More than fits counts as the greatest number: the automaton's limit is far below it.
    private mutating func quantity() throws(IRegexpError) -> Int {
        var value: Int?
        while let next = peek, ("0"..."9").contains(next) {
            let (product, overflow) = (value ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = product.addingReportingOverflow(Int(next.value) - 0x30)
            value = overflow || overflow2 ? .max : sum
            index += 1
        }
        guard let value else { throw notValid }
        return value
    }

    private mutating func atom(_ next: Unicode.Scalar) throws(IRegexpError) -> RegexpNode {
        switch next {
        case "(":
            index += 1
            depth += 1
            guard depth <= maximumDepth else { throw .tooDeep(limit: maximumDepth) }
            let node = try choice()
            try expect(")")
            depth -= 1
            return node
        case ".":
            index += 1
            return .any
        case "[":
            index += 1
            return .characters(try characterClass())
        case "\\":
            index += 1
            if let categories = try categoryEscape() {
                var set = CharacterClass()
                set.insert(categories)
                return .characters(set)
            }
            return .character(try singleCharacterEscape())
        case "*", "+", "?", "{", "}", "]":
            throw notValid
        case "^":
            index += 1
            return .start
        case "$":
            index += 1
            return .end
        default:
            index += 1
            return .character(next)
        }
    }

    // MARK: - Escapes, after the backslash

    private mutating func singleCharacterEscape() throws(IRegexpError) -> Unicode.Scalar {
        guard let next = peek else { throw notValid }
        let scalar: Unicode.Scalar
        switch next {
        case "(", ")", "*", "+", "-", ".", "?", "[", "\\", "]", "^", "{", "|", "}": scalar = next
        case "n": scalar = "\n"
        case "r": scalar = "\r"
        case "t": scalar = "\t"
        default: throw notValid
        }
        index += 1
        return scalar
    }

    /// `p{…}` or `P{…}`; `nil` for another escape.
    private mutating func categoryEscape() throws(IRegexpError) -> GeneralCategories? {
        let isComplement = peek == "P"
        guard isComplement || peek == "p" else { return nil }
        index += 1
        try expect("{")
        let start = index
        var name = ""
        while let next = peek, next.isASCII, next.properties.isAlphabetic, name.utf8.count < 2 {
            name.unicodeScalars.append(next)
            index += 1
        }
        guard let categories = GeneralCategories(named: name) else { throw .notValid(offset: start) }
        try expect("}")
        return isComplement ? categories.inverted : categories
    }

    // MARK: - Character classes, after the bracket

    private mutating func characterClass() throws(IRegexpError) -> CharacterClass {
        var set = CharacterClass()
        set.isNegated = consume("^")
        var isEmpty = true
        if consume("-") {
            set.insert("-")
            isEmpty = false
        }
        while let next = peek, next != "]" {
            if next == "-" {
                // Only the last place is left for it.
                index += 1
                set.insert("-")
                guard peek == "]", !isEmpty else { throw notValid }
                break
            }
            try insertElement(into: &set)
            isEmpty = false
        }
        guard !isEmpty else { throw notValid }
        try expect("]")
        set.normalize()
        return set
    }

    /// A category escape, one character, or a range of characters ("CCE1").
    private mutating func insertElement(into set: inout CharacterClass) throws(IRegexpError) {
        if peek == "\\" {
            index += 1
            if let categories = try categoryEscape() {
                set.insert(categories)
                return
            }
            index -= 1
        }
        let start = index
        let first = try classCharacter()
        guard peek == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
            set.insert(first)
            return
        }
        index += 1
        let last = try classCharacter()
        guard first.value <= last.value else { throw .notValid(offset: start) }
        set.insert(first.value...last.value)
    }

    private mutating func classCharacter() throws(IRegexpError) -> Unicode.Scalar {
        guard let next = peek, next != "-", next != "[", next != "]" else { throw notValid }
        index += 1
        return next == "\\" ? try singleCharacterEscape() : next
    }

    // MARK: - Scalars

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private var notValid: IRegexpError { .notValid(offset: index) }

    private mutating func consume(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(IRegexpError) {
        guard consume(scalar) else { throw notValid }
    }
}
