"""Builds the project and runs its tests, for one small error after another."""
import json, os, re, resource, signal, subprocess

BUILD = ["swift", "build", "--explicit-target-dependency-import-check", "error", "--build-tests"]
BETWEEN_PROCESSES = "SystemTests"
SECONDS_TO_BUILD, SECONDS_TO_TEST = 1800, 900
MEMORY = 16 << 30


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
        result[name] = [group for group in (own, others, between) if group]
    return result


def builds(root):
    return _run(BUILD, root, SECONDS_TO_BUILD)[0] == 0


def failing(root, tests):
    """What failed when the tests of these targets ran, or None when all passed."""
    command = ["swift", "test", "--skip-build", "--parallel", "--experimental-maximum-parallelization-width", "8"]
    for test in tests:
        command += ["--filter", f"^{test}\\."]
    status, output = _run(command, root, SECONDS_TO_TEST)
    if status == 0:
        return None
    if status is None:
        return f"{', '.join(tests)} did not end"
    named = re.search(r"✘ Test (.+?) (?:recorded an issue|failed)", output)
    return named.group(1) if named else f"{', '.join(tests)} ended with status {status}"


def _run(command, root, seconds):
    """The status, or None when time was up, and what it printed. Whatever it started ends with it."""

    def limited():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))

    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", start_new_session=True, preexec_fn=limited)
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        return None, ""
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
