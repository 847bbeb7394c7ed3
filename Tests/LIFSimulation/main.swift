import CSimulation
import Foundation

let options = Options(CommandLine.arguments.dropFirst())
options.beginAnewIfNeeded()
exit(Runs(options).run() ? 0 : 1)
