"""How the book becomes a website: two editions, search, widgets, offline assets, the build."""

import sys

# With it, jsonschema compiles a grammar of addresses when it is imported: a second in each of the
# build's processes, for a check that no notebook asks for. Without it, it leaves the check out.
sys.modules.setdefault("rfc3987_syntax", None)
