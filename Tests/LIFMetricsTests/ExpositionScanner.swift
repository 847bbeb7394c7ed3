/// Reads the tokens of one line of the exposition format.
struct ExpositionScanner {
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
        init(_ what: String) { description = "Unexpected: \(what)" }
    }

    private var bytes: ArraySlice<UInt8>

    init(_ line: ArraySlice<UInt8>) { bytes = line }

    mutating func take(_ text: String) -> Bool {
        guard bytes.starts(with: text.utf8) else { return false }
        bytes = bytes.dropFirst(text.utf8.count)
        return true
    }

    mutating func expect(_ text: String) throws {
        guard take(text) else { throw Unexpected("no \(text)") }
    }

    mutating func rest() -> String {
        defer { bytes = [] }
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func name(allowsColon: Bool) throws -> String {
        let name = bytes.prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: allowsColon && byte == UInt8(ascii: ":")
            }
        }
        guard let first = name.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            throw Unexpected("no name")
        }
        bytes = bytes.dropFirst(name.count)
        return String(decoding: name, as: UTF8.self)
    }

    mutating func help() throws -> String {
        var text: [UInt8] = []
        while let byte = bytes.popFirst() {
            text.append(byte == UInt8(ascii: "\\") ? try escaped(allowsQuote: false) : byte)
        }
        return String(decoding: text, as: UTF8.self)
    }

    mutating func labels() throws -> [String: String] {
        guard take("{") else { return [:] }
        var labels: [String: String] = [:]
        repeat {
            let name = try name(allowsColon: false)
            guard !name.hasPrefix("__"), labels[name] == nil else { throw Unexpected("the label \(name)") }
            try expect("=\"")
            labels[name] = try quoted()
        } while take(",")
        try expect("}")
        return labels
    }

    mutating func value() throws -> Double {
        let text = rest()
        guard let value = Self.number(text) else { throw Unexpected("the value \(text)") }
        return value
    }

    static func number(_ text: String) -> Double? {
        switch text {
        case "NaN": .nan
        case "+Inf": .infinity
        case "-Inf": -.infinity
        default: text.utf8.allSatisfy { "0123456789.e+-".utf8.contains($0) } ? Double(text) : nil
        }
    }

    private mutating func quoted() throws -> String {
        var text: [UInt8] = []
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                guard !text.isEmpty else { throw Unexpected("an empty label value") }
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(try escaped(allowsQuote: true))
            default: text.append(byte)
            }
        }
        throw Unexpected("the end of the line")
    }

    private mutating func escaped(allowsQuote: Bool) throws -> UInt8 {
        switch bytes.popFirst() {
        case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
        case UInt8(ascii: "n"): return UInt8(ascii: "\n")
        case UInt8(ascii: "\"") where allowsQuote: return UInt8(ascii: "\"")
        default: throw Unexpected("an escape")
        }
    }
}
