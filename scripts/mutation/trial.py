"""Builds the project, and runs its tests for one small error after another."""
import ctypes, json, os, re, resource, signal, subprocess

BUILD = ["swift", "build", "--explicit-target-dependency-import-check", "error", "--build-tests"]
TESTS = [".build/debug/lifPackageTests.xctest", "--testing-library", "swift-testing", "--parallel",
         "--experimental-maximum-parallelization-width", "12"]
BETWEEN_PROCESSES = "SystemTests"
SECONDS_TO_BUILD, SECONDS_TO_TEST = 3600, 300
MEMORY = 16 << 30
SET_CHILD_SUBREAPER = 36


def rounds(root):
    """For each target, the lists of test targets to run one after another: its own, all others that link it, those between
    processes."""
    package = json.loads(subprocess.run(["swift", "package", "describe", "--type", "json"], cwd=root, check=True,
                                        stdout=subprocess.PIPE).stdout)
    targets = {target["name"]: target for target in package["targets"]}

    def linked(name, seen):
        for other in targets[name].get("target_dependencies", []):
            if other in targets and other not in seen:
                seen.add(other)
                linked(other, seen)
        return seen

    tests = {name: linked(name, set()) for name, target in targets.items() if target["type"] == "test"}
    result = {}
    for name in targets:
        linking = sorted(test for test, links in tests.items() if name in links)
        own = [test for test in linking if test == name + "Tests"]
        between = [test for test in linking if test == BETWEEN_PROCESSES]
        others = [test for test in linking if test not in own + between]
        result[name] = [own, others, between]
    return result


def build(root):
    """None when the project builds, else the faults, {file: lines}, and what was printed."""
    status, output = _run(BUILD, root, SECONDS_TO_BUILD)
    if status == 0:
        return None
    faults = {}
    for file, line in re.findall(r"^(/\S+\.swift):(\d+):\d+: error: ", output, re.MULTILINE):
        faults.setdefault(os.path.relpath(file, root), set()).add(int(line))
    return faults, output


def all_of(targets):
    """Filters for the tests of targets."""
    return [rf"^{target}\." for target in targets]


def only(tests):
    """Filters for tests by what `failed` calls them."""
    return ["^" + re.sub(r"([^\w/])", r"\\\1", test) for test in tests]


def failed(root, filters, left_out=()):
    """Which of these tests failed; or a text, when they ended before they could say so."""
    events = os.path.join(root, ".build", "mutants", "events.json")
    open(events, "w").close()
    command = TESTS + ["--event-stream-output-path", events, "--event-stream-version", "0"]
    for pattern in filters:
        command += ["--filter", pattern]
    for pattern in only(left_out):
        command += ["--skip", pattern]
    status, _ = _run(command, root, SECONDS_TO_TEST)
    if status == 0:
        return []
    names = set()
    with open(events, encoding="utf-8", errors="replace") as stream:
        for line in stream:
            if '"issueRecorded"' in line:
                names |= _test_of(line)
    if names:
        return sorted(names)
    return "a run that did not end" if status is None else f"a run that ended with status {status}"


def _test_of(line):
    """The function of the test that an event is about; without the place in its file, which a filter would not know."""
    try:
        payload = json.loads(line)["payload"]
    except ValueError:
        return set()
    if payload.get("kind") != "issueRecorded" or payload.get("issue", {}).get("isKnown") or "testID" not in payload:
        return set()
    return {re.sub(r"/[^/]+\.swift:\d+:\d+$", "", payload["testID"])}


def _run(command, root, seconds):
    """The status, or None when time was up, and what it printed. Whatever it started ends with it."""

    def limited():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))

    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with open(os.path.join(root, ".build", "mutants", "output"), "w+b") as output:
        process = subprocess.Popen(command, cwd=root, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                   start_new_session=True, preexec_fn=limited)
        try:
            status = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            _end_children()
        output.seek(0)
        return status, output.read().decode("utf-8", "replace")


def _end_children():
    """Ends what is left of a run: whatever lost its parent is a child of this process."""
    path = f"/proc/self/task/{os.getpid()}/children"
    while children := [int(child) for child in open(path).read().split()]:
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            try:
                os.waitpid(child, 0)
            except ChildProcessError:
                pass
