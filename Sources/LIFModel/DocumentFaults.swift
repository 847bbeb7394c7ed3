public import LIFJSON

/// Collects the faults of a document, so that whoever wrote it learns of all of them at once.
///
/// A document of nothing but faults takes bounded memory: past `keptAtMost` they are only counted.
public struct DocumentFaults: Sendable {
    /// What sort of fault it is: it decides the code and the HTTP status of the error.
    public enum Kind: Sendable, Hashable {
        /// A value of another kind than the contract has there, or a member it does not know.
        case shape
        /// A value of the right kind that cannot be used.
        case value
        /// A name of a source or an operator that does not exist.
        case operatorNotFound
    }

    /// How many faults are kept with their places; those after them are only counted.
    public static let keptAtMost = 1_000
    /// How many the error's message lists.
    public static let toldAtMost = 20

    /// The faults in the order in which they were found, ``keptAtMost`` of them at most.
    public private(set) var faults: [LIFError.Fault] = []
    /// The number of faults found, also those that were not kept.
    public private(set) var count = 0
    private var hasShapeFault = false
    private var hasOtherThanMissingOperator = false

    /// Starts without a fault.
    public init() {}

    /// Whether no fault was found.
    public var isEmpty: Bool { count == 0 }

    /// Notes a fault. Place and message are made only if the fault is kept.
    ///
    /// - Parameter message: A sentence that says what to do and stands alone: it names the place.
    public mutating func add(
        _ kind: Kind, at place: @autoclosure () -> String, _ message: @autoclosure () -> String
    ) {
        count += 1
        if kind == .shape { hasShapeFault = true }
        if kind != .operatorNotFound { hasOtherThanMissingOperator = true }
        if faults.count < Self.keptAtMost { faults.append(LIFError.Fault(place(), message())) }
    }

    /// Notes a value of another kind than it must be.
    public mutating func add(shapeOf value: JSONValue?, at place: @autoclosure () -> String, should: String) {
        let place = isFull ? "" : place()
        add(.shape, at: place, LIFError.shape(.queryParseException, "\"\(place)\"", is: value, should: should).message)
    }

    /// Notes what the reader of a part of the document has thrown.
    public mutating func add(_ error: LIFError, at place: @autoclosure () -> String) {
        let kind: Kind =
            error.isShapeError ? .shape : error.code == .operatorNotFoundException ? .operatorNotFound : .value
        for fault in error.faults { add(kind, at: fault.place, fault.message) }
        if error.faults.isEmpty {
            let place = place()
            let namesIt = ["\"", ".", "["].contains { error.message.hasPrefix("\"\(place)\($0)") }
            add(kind, at: place, namesIt ? error.message : "\"\(place)\": \(error.message)")
        }
    }

    private var isFull: Bool { faults.count >= Self.keptAtMost }

    /// All of them as one error, and `nil` when there is none: `OperatorNotFoundException` when nothing but names is
    /// unknown, else `QueryParseException`.
    public var error: LIFError? {
        if isEmpty { return nil }
        var told = faults.prefix(Self.toldAtMost).map(\.message)
        let more = count - told.count
        if more > 0 { told.append("There \(more == 1 ? "is 1 more fault" : "are \(more) more faults").") }
        var error = LIFError(
            hasOtherThanMissingOperator ? .queryParseException : .operatorNotFoundException,
            told.joined(separator: " "), isShapeError: hasShapeFault)
        error.faults = faults
        return error
    }

    /// Ends the reading of a document that has faults.
    ///
    /// - Throws: `error`, when there is a fault.
    public func check() throws(LIFError) {
        if let error { throw error }
    }
}

extension LIFError {
    /// The error of a document with one fault, after which nothing more is looked at.
    public static func fault(_ kind: DocumentFaults.Kind, at place: String, _ message: String) -> LIFError {
        var error = LIFError(
            kind == .operatorNotFound ? .operatorNotFoundException : .queryParseException, message,
            isShapeError: kind == .shape)
        error.faults = [Fault(place, message)]
        return error
    }
}
