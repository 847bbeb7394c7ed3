#!/usr/bin/env python3
"""Employment of a learner out of employment.csv beside this file, for the adapter "command".

The contract is docs/guides/command-operator.md. By hand:

    echo '{"version":1,"action":"fetch","person_id":{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"},
    "lif_fragment_paths":["Person.EmploymentLearningExperience"]}' | python3 employment.py
"""

import csv
import json
import os
import sys
from datetime import datetime, timezone
from pathlib import Path

TABLE = Path(__file__).with_name("employment.csv")


def fail(code, message):
    # Into the job's log. What is printed here should not name the learner either.
    print(message, file=sys.stderr)
    sys.exit(code)


def rows():
    try:
        with TABLE.open(newline="", encoding="utf-8") as table:
            return list(csv.DictReader(table))
    except FileNotFoundError:
        fail(os.EX_UNAVAILABLE, f"{TABLE.name} is not there")


def item(row):
    job = {
        "identifier": row["key"],
        "name": row["title"],
        "startDate": row["from"],
        "endDate": row["until"],
        "informationSourceId": "hr",
    }
    return {name: value for name, value in job.items() if value}


def main():
    request = json.load(sys.stdin)
    if request["version"] != 1:
        fail(os.EX_USAGE, "only version 1 is known here")
    if request["action"] == "check":
        rows()
        return
    learner = request["person_id"]
    if learner["identifierType"] != "SCHOOL_ASSIGNED_NUMBER":
        sys.exit(os.EX_NOUSER)
    found = [item(row) for row in rows() if row["student"] == learner["identifier"]]
    if not found:
        sys.exit(os.EX_NOUSER)
    changed = datetime.fromtimestamp(TABLE.stat().st_mtime, timezone.utc)
    answer = {
        "fragments": [{"fragment_path": "Person.EmploymentLearningExperience", "fragment": found}],
        "data_timestamp": changed.isoformat(timespec="seconds"),
    }
    json.dump(answer, sys.stdout)


main()
