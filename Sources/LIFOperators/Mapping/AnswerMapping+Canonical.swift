import LIFModel

extension AnswerMapping {
    /// With every path in the catalogue's spelling.
    func canonical(in catalogue: SourceCatalogue) -> AnswerMapping {
        var copy = self
        copy.fragments = fragments?.map { $0.canonical(in: catalogue) }
        return copy
    }
}

extension FragmentMapping {
    /// With its path in the catalogue's spelling.
    func canonical(in catalogue: SourceCatalogue) -> FragmentMapping {
        var copy = self
        if let path = catalogue.resolve(entity: path.entity) { copy.path = path }
        return copy
    }
}
