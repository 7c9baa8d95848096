#!/usr/bin/env python3
"""Runs every Python block of a page, in order, as one program, and prints how many there were.

    python_pages.py PAGE

What a page has for its reader to fill in is filled in here: the address of the server, the codes and tokens that are his own.
An assertion in a block is a promise of the page.

Environment: SPECIE_URL, SPECIE_PANEL_TOKEN, SPECIE_PAIRING_CODES (several).
"""

import os
import re
import sys

URL = os.environ["SPECIE_URL"].rstrip("/")
CODES = os.environ["SPECIE_PAIRING_CODES"].split()


def filled(block):
    block = block.replace("https://pay.example.com", URL).replace("PANEL_TOKEN", os.environ["SPECIE_PANEL_TOKEN"])
    return re.sub("PAIRING_CODE", lambda _: CODES.pop(0), block)


def main():
    with open(sys.argv[1], encoding="utf-8") as page:
        text = page.read()
    names = {"__name__": "__main__"}
    blocks = list(re.finditer(r"^```python\n(.*?)^```", text, re.M | re.S))
    for block in blocks:
        line = text[: block.start(1)].count("\n")
        stdout, sys.stdout = sys.stdout, sys.stderr
        try:
            exec(compile("\n" * line + filled(block[1]), sys.argv[1], "exec"), names)
        finally:
            sys.stdout = stdout
    print(len(blocks))


if __name__ == "__main__":
    main()
