#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the program to the widgets of the platform that it was built on.

check.py versions                     what differs by version is in src/ui/compat, and nowhere else
check.py deprecated PROGRAM FOLDER…   PROGRAM uses nothing that the headers in FOLDER… deprecate"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COMPAT = ROOT / 'src' / 'ui' / 'compat'
SOURCES = ['src/**/*.[ch]', 'src/**/*.ui', 'src/**/meson.build', 'data/**/meson.build',
           'tests/**/*.[ch]', 'tests/**/meson.build', 'meson.build']
VERSION_TEST = re.compile(r'\b(GTK|GDK|ADW)_CHECK_VERSION\b|'
                          r'\b(GTK|ADW)_(MAJOR|MINOR|MICRO)_VERSION\b|'
                          r'\b(gtk|adw)_(get_(major|minor|micro)|check)_version\b|'
                          r'\b(gtk|adwaita)_dep\.version\b')
# Of GTK itself, and deprecated by it before libadwaita had AdwShortcutsDialog in its place.
KEYBOARD_HELP = {'GtkShortcutsWindow', 'GtkShortcutsSection', 'GtkShortcutsGroup',
                 'GtkShortcutsShortcut'}


def versions():
    files = sorted({path for pattern in SOURCES for path in ROOT.glob(pattern)
                    if COMPAT not in path.parents})
    assert len(files) > 100, f'only {len(files)} files found'
    found = [f'{path.relative_to(ROOT)}:{number}: {line.strip()}'
             for path in files
             for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1)
             if VERSION_TEST.search(line)]
    if found:
        print('a test of a version outside src/ui/compat:', *found, sep='\n')
    return not found


def deprecated_functions(folders):
    names = set()
    for folder in folders:
        headers = list(pathlib.Path(folder).rglob('*.h'))
        assert headers, f'no header in {folder}'
        for header in headers:
            text = header.read_text(encoding='utf-8', errors='replace')
            for after in re.findall(r'^(?:GDK|ADW)_DEPRECATED\w*[^\n;]*\n([^;{}]*)', text, re.M):
                names.update(re.findall(r'\b((?:gtk|gdk|gsk|adw)_\w+)\s*\(', after)[:1])
                names.update(name + '_get_type' for name in
                             re.findall(r'G_DECLARE_\w+\s*\(\w+, (\w+),', after))
    return names


def type_function(name):
    return re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', name).lower() + '_get_type'


def deprecated(program, *folders):
    names = deprecated_functions(folders)
    said = subprocess.run(['nm', '-D', '--undefined-only', program], check=True,
                          capture_output=True, text=True).stdout
    used = set(re.findall(r' U (\w+)', said))
    assert names, 'nothing is deprecated'
    assert 'gtk_widget_init_template' in used, 'the program imports nothing of GTK'
    calls = sorted(used & names)

    # What GtkBuilder makes is not imported: templates, and text in the program itself.
    built = set(re.findall(rb"class='(\w+)'", pathlib.Path(program).read_bytes()))
    classes = {name.decode() for name in built}
    for path in (ROOT / 'src').rglob('*.ui'):
        classes.update(re.findall(r'class="((?:Gtk|Adw)\w+)"', path.read_text(encoding='utf-8')))
    old = {name for name in classes if type_function(name) in names}
    if not any(list(pathlib.Path(folder).rglob('adw-shortcuts-dialog.h')) for folder in folders):
        old -= KEYBOARD_HELP
    for name in [*calls, *sorted(old)]:
        print(f'{name} is deprecated on this platform')
    print(f'{len(used)} functions and {len(classes)} classes held against {len(names)} that are '
          'deprecated')
    return not calls and not old


if __name__ == '__main__':
    sys.exit(0 if {'versions': versions, 'deprecated': deprecated}[sys.argv[1]](*sys.argv[2:]) else 1)
