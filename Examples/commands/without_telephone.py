#!/usr/bin/env python3
"""Removes telephone numbers from contact data: a step "command" of a data pipeline.

The contract is docs/guides/command-operator.md.
"""

import json
import sys

request = json.load(sys.stdin)
for fragment in request["fragments"]:
    if fragment["fragment_path"] == "Person.Contact":
        for contact in fragment["fragment"]:
            contact.pop("Telephone", None)
json.dump({"fragments": request["fragments"]}, sys.stdout)
