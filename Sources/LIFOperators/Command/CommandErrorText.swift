import Synchronization

/// What a command writes to standard error: its end is kept, the rest is counted.
final class CommandErrorText: Sendable {
    private struct State {
        var kept: [UInt8] = []
        var total = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = max(limit, 0) }

    func append(_ bytes: [UInt8]) {
        state.withLock { state in
            state.total += bytes.count
            state.kept.append(contentsOf: bytes)
            if state.kept.count > limit { state.kept.removeFirst(state.kept.count - limit) }
        }
    }

    /// Trimmed, with every control character but tab and new line replaced; `nil` when there is nothing to say.
    var text: String? {
        let (kept, total) = state.withLock { ($0.kept, $0.total) }
        let omitted = total - kept.count
        // A cut may have gone through a character.
        let whole = omitted > 0 ? kept.drop { $0 & 0xC0 == 0x80 } : kept[...]
        var text = Substring(
            String(
                String.UnicodeScalarView(
                    String(decoding: whole, as: UTF8.self).unicodeScalars.map { scalar in
                        let isLayout = scalar == "\n" || scalar == "\t"
                        return scalar.properties.generalCategory == .control && !isLayout ? "\u{FFFD}" : scalar
                    })))
        text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        if omitted > 0 { return "(\(omitted) bytes left out) \(text)" }
        return text.isEmpty ? nil : String(text)
    }
}
