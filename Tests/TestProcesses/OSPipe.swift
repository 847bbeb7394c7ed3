import CSpawn
import Foundation

/// A pipe.
struct OSPipe {
    let reading: FileDescriptor
    let writing: FileDescriptor

    init() throws {
        var numbers: [Int32] = [-1, -1]
        guard private_pipe(&numbers) == 0 else { throw Spawning.Failed(program: "A pipe", number: errno) }
        (reading, writing) = (FileDescriptor(numbers[0]), FileDescriptor(numbers[1]))
    }
}
