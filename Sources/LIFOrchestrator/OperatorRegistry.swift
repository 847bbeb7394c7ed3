public import LIFModel
public import LIFWorkflow

/// The adapters that exist, by name. A name stands for a way to make an operator for one information source.
public struct OperatorRegistry: Sendable {
    /// - Throws: `LIFError` when the source's settings do not suffice; the message names the setting.
    public typealias Maker = @Sendable (InformationSource) throws -> any TaskOperator

    private var makers: [String: Maker] = [:]

    public init() {}

    public var names: [String] { makers.keys.sorted() }

    public mutating func register(_ adapterID: String, maker: @escaping Maker) {
        makers[adapterID] = maker
    }

    subscript(adapterID: String) -> Maker? { makers[adapterID] }
}
