#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds POTFILES.in and the translations to the text that is in the sources.

check.py XGETTEXT-OPTION… files       every file with text for people is listed, and no other
check.py XGETTEXT-OPTION… LANGUAGE    each text is translated, and no other"""

import pathlib
import subprocess
import sys

PO = pathlib.Path(__file__).resolve().parent
ROOT = PO.parent
PATTERNS = [
    'src/**/*.c', 'src/**/*.h', 'src/**/*.ui',
    'data/**/*.desktop.in', 'data/**/*.gschema.xml', 'data/**/*.metainfo.xml.in',
]


def run(*command, **options):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding='utf-8',
                          **options).stdout


def extract(files, options):
    return run('xgettext', *options, '--files-from=-', '--output=-', input='\n'.join(files))


def listed():
    lines = (PO / 'POTFILES.in').read_text(encoding='utf-8').splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def check_files(options):
    files = sorted({str(path.relative_to(ROOT)) for pattern in PATTERNS
                    for path in ROOT.glob(pattern)})
    found = {name for line in extract(files, options).splitlines() if line.startswith('#: ')
             for name in line[3:].split()}
    wrong = [f'{name} is missing' for name in sorted(found - set(listed()))]
    wrong += [f'{name} has no text' for name in sorted(set(listed()) - found)]
    if listed() != sorted(set(listed())):
        wrong.append('the list is not sorted')

    return wrong


def messages(catalog):
    """The identity of each text: its lines up to the translation."""
    text = run('msgcat', '--no-location', '--no-wrap', '-', input=catalog)

    return {entry.split('\nmsgstr')[0] for entry in
            ('\n'.join(line for line in block.split('\n') if not line.startswith('#'))
             for block in text.strip().split('\n\n')[1:]) if entry}


def check_language(language, options):
    path = PO / f'{language}.po'
    there = path.read_text(encoding='utf-8')
    done = run('msgattrib', '--translated', '--no-fuzzy', '--no-obsolete', str(path))
    wanted = messages(extract(listed(), options))
    wrong = [f'not translated:\n{text}' for text in sorted(wanted - messages(done))]
    wrong += [f'no longer in the program:\n{text}' for text in sorted(messages(there) - wanted)]
    if '#~ ' in there:
        wrong.append('texts that are set aside (“#~”)')

    return wrong


*OPTIONS, SUBJECT = sys.argv[1:]
WRONG = check_files(OPTIONS) if SUBJECT == 'files' else check_language(SUBJECT, OPTIONS)
for fault in WRONG:
    print(fault, file=sys.stderr)
sys.exit(1 if WRONG else 0)
