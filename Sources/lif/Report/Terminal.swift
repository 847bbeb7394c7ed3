import Foundation

/// Writes for people, at once also where standard output is a file or a pipe.
enum Terminal {
    static func say(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
