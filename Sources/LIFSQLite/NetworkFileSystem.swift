/// Recognises file systems on which SQLite's locks and shared memory cannot be relied on, by the kernel's list of mounts.
enum NetworkFileSystem {
    /// The kernel's list (proc(5)); absent on other systems than Linux, where nothing is then recognised.
    static let mountList = "/proc/self/mountinfo"

    private static let types: Set<String> = [
        "9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "nfs", "nfs4", "smb3", "smbfs",
    ]

    /// The type of the network file system that a folder is on; `nil` when it is on none.
    ///
    /// - Parameters:
    ///   - path: Absolute, without symbolic links.
    ///   - mounts: The text of `/proc/self/mountinfo`.
    static func type(ofFolder path: String, mounts: String) -> String? {
        var longest = -1
        var type = ""
        for line in mounts.split(separator: "\n") {
            let halves = line.split(separator: " - ", maxSplits: 1)
            let fields = halves[0].split(separator: " ")
            guard halves.count == 2, fields.count > 4, let name = halves[1].split(separator: " ").first else {
                continue
            }
            let point = unescaped(fields[4])
            // Of several mounts at one point the last covers the others.
            if contains(point, path), point.utf8.count >= longest {
                longest = point.utf8.count
                type = String(name)
            }
        }
        return types.contains(type) ? type : nil
    }

    private static func contains(_ point: String, _ path: String) -> Bool {
        point == "/" || path == point || path.hasPrefix(point + "/")
    }

    /// The kernel writes space, tab, newline and backslash as three octal digits.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(rest.prefix(3)) ?? "", radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
