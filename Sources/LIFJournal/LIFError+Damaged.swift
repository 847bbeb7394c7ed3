package import LIFModel

extension LIFError {
    /// What is kept cannot have been written by any version.
    package static func damaged(_ what: String, cause: (any Error)? = nil) -> LIFError {
        LIFError(
            .outputReadException, "The store cannot be read: \(what) is damaged. Restore the store from a backup.",
            blame: .us, cause: cause)
    }
}
