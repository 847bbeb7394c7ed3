package import LIFModel

/// A fragment path and where it is written.
package struct WrittenPath {
    package let path: FragmentPath
    package let place: Place

    package init(path: FragmentPath, place: Place) {
        self.path = path
        self.place = place
    }
}
