# SPDX-License-Identifier: GPL-3.0-or-later
"""Who cannot see the windows is told what is there: each control has a name that people use."""
import collections
import re

from gi.repository import GLib

from case_languages import Finds
from desktop import DIALOGS_INSIDE
from tour import NARROW, Tour

CONTROLS = ('button', 'toggle button', 'check box', 'combo box', 'text box', 'entry', 'list', 'link',
            'menu item', 'switch', 'tab', 'slider', 'spin button', 'search box', 'log', 'dialog', 'window')
# A name that no one has given.
TYPE = re.compile(r'^(Gtk|Adw|Gdk|Parlance[A-Z])\w+$')
ICON = re.compile(r'-symbolic$')


def parts(program):
    """All that is shown: of each the node, its parent, the names above it, its role and name."""
    for window in program.windows():
        todo = [(window, None, '')]
        while todo:
            node, parent, above = todo.pop(0)
            try:
                if parent is not None and not node.is_shown():
                    continue
                name = node.name
                yield node, parent, above, node.role, name
            except GLib.Error:
                continue
            todo += [(child, node, f'{above} › {name}' if name else above)
                     for child in node.children()]


def faults(program):
    siblings = collections.Counter()
    for node, parent, above, role, name in parts(program):
        where = f'{role} “{name}” in{above}'
        # Boxes and scrollbars of the toolkit carry its names, and are passed over when read out.
        own = role not in ('widget', 'scroll bar')
        if TYPE.match(name) and (own or name.startswith('Parlance')):
            yield f'named by its type: {where}'
        if ICON.search(name):
            yield f'named by its icon: {where}'
        # Newer libadwaita leaves the list of its own page about a program without one.
        theirs = DIALOGS_INSIDE and role == 'list' and above.endswith('› About')
        if role in CONTROLS and not name.strip() and not theirs:
            yield f'without a name: {where}'
        if role == 'image' and not name.strip():
            yield f'an image that is not hidden: {where}'
        if role == 'list item' and not name and not node.names().strip():
            yield f'nothing to read: {where}'
        if role in CONTROLS and parent is not None and role != 'list':
            siblings[(parent.path, role, name)] += 1
            if siblings[(parent.path, role, name)] == 2:
                yield f'a second one: {where}'


def walk(stage, **options):
    finds = Finds()
    Tour(stage, lambda program, place: finds.add(place, faults(program)), **options).go()
    finds.check('what a screen reader cannot tell')


def test_all_has_a_name(stage):
    walk(stage)


def test_all_has_a_name_where_it_is_narrow(stage):
    walk(stage, size=NARROW)
