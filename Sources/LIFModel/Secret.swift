/// A credential. It says what it is only to those who ask for it by name: describing, debugging or dumping a value that
/// holds one shows dots.
public struct Secret: Sendable, Hashable {
    private let value: String

    /// Wraps a credential, as it is to be sent.
    public init(_ value: String) { self.value = value }

    /// The credential itself, to be put into a request and nowhere else.
    public func reveal() -> String { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Three dots, whatever the credential is.
    public var description: String { "•••" }
    /// Three dots, as ``description``.
    public var debugDescription: String { description }
    /// A mirror without children, so that `dump` shows nothing of the credential.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
