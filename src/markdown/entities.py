#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the named character references of HTML as a C table, sorted by name.

Python carries the list of the HTML standard; a table kept by hand would only repeat it."""

import html.entities
import sys

with open(sys.argv[1], "w", encoding="ascii") as out:
    for name in sorted(n[:-1] for n in html.entities.html5 if n.endswith(";")):
        value = html.entities.html5[name + ";"].encode("utf-8")
        text = "".join("\\%03o" % byte for byte in value)
        out.write('{ "%s", "%s" },\n' % (name, text))
