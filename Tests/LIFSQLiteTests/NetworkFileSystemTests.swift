import Testing

@testable import LIFSQLite

@Suite struct NetworkFileSystemTests {
    private static let mounts = """
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        40 22 0:35 / /srv/state rw,relatime shared:20 - nfs4 files:/state rw,vers=4.2
        41 22 0:36 / /srv/with\\040space rw,relatime - cifs //files/state rw
        42 40 8:2 / /srv/state/local rw,relatime - xfs /dev/sdb1 rw
        43 22 0:37 / /host rw,relatime - 9p host rw
        44 22 0:38 / /twice rw,relatime - nfs files:/old rw
        45 44 8:3 / /twice rw,relatime - ext4 /dev/sdc1 rw
        a line that is none
        """

    @Test(
        "A folder on a network file system is recognised",
        arguments: [
            ("/srv/state", "nfs4"), ("/srv/state/lif", "nfs4"), ("/srv/with space/lif", "cifs"), ("/host/home", "9p"),
        ])
    func recognisesNetworkFolders(path: String, type: String) {
        #expect(NetworkFileSystem.type(ofFolder: path, mounts: Self.mounts) == type)
    }

    @Test(
        "A folder on a local file system is not taken for a network folder",
        arguments: ["/", "/srv", "/srv/statement", "/srv/state/local/lif", "/twice/lif"])
    func passesLocalFolders(path: String) {
        #expect(NetworkFileSystem.type(ofFolder: path, mounts: Self.mounts) == nil)
    }
}
