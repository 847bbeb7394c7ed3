#!/bin/sh
# Contact data of a learner out of the folder contacts beside this file, for the adapter "command".
# The contract is docs/guides/command-operator.md. Only what every POSIX system has is used.
set -eu

folder=$(dirname "$0")/contacts
request=$(cat)

case $request in
    '{"version":1,"action":"check"'*) [ -d "$folder" ] || exit 69; exit 0 ;;
    '{"version":1,"action":"fetch",'*) ;;
    *) echo "only version 1 of fetch and check is known here" >&2; exit 64 ;;
esac

# A request is one line, its members in the order of the contract. A quotation mark inside a value is written \", so this
# finds the learner and nothing that looks like one; and only digits may become a file's name.
number=$(printf '%s\n' "$request" |
    sed -n 's/.*"person_id":{"identifier":"\([0-9]\{1,\}\)","identifierType":"SCHOOL_ASSIGNED_NUMBER"}.*/\1/p')
[ -n "$number" ] && [ -f "$folder/$number.json" ] || exit 67

printf '{"fragments":[{"fragment_path":"Person.Contact","fragment":'
cat "$folder/$number.json"
printf '}]}\n'
