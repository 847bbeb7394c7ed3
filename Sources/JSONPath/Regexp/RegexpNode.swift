/// The syntax tree of an I-Regexp (RFC 9485, section 4).
indirect enum RegexpNode: Sendable {
    case character(Unicode.Scalar)
    /// `.`: everything but line feed and carriage return (RFC 9485, section 5).
    case any
    case characters(CharacterClass)
    /// `^` and `$`: the start and the end of the text.
    case start
    case end
    case sequence([RegexpNode])
    case choice([RegexpNode])
    /// `maximum` is `nil` where there is none.
    case repeated(RegexpNode, minimum: Int, maximum: Int?)
}
