# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is left untranslated, put together of pieces, or cut off, and it can be read from right
to left."""
import re

from gi.repository import GLib

from desktop import DIALOGS_INSIDE
from tour import NARROW, SAID, Tour
from words import CLOSE, OPEN, pseudo_language

# What stays as it is in every language: names, addresses, and what a service or GTK says of itself.
SAME = re.compile(r'^(Parlance|The Parlance developers|© .*|https?://\S*|ms-[\w-]*|[\d.,]+( .)?'
                  r'|translator-credits|To use API-Inference(.|\n)*|Service Request ID.*|[•●]+|\W|[A-Z]|F\d+|⟦.*⟧\+.)$')


def is_whole(text, role=None):
    """Whether one translation made that text: brackets around it, others at most within."""
    if role == 'list item':
        # Newer GTK reads out all labels of a row, one after the other.
        return all(is_whole(part + CLOSE) for part in text.removesuffix(CLOSE).split(f'{CLOSE} '))
    depth = 0
    for number, letter in enumerate(text):
        depth += (letter == OPEN) - (letter == CLOSE)
        if depth == 0 and number < len(text) - 1:
            return False
    return text.startswith(OPEN) and depth == 0


def texts(program):
    """All that people are told, shown or read out."""
    for window in program.windows():
        for node in window.walk():
            try:
                if not node.is_shown() or node.role in ('widget', 'scroll bar'):
                    continue
                found = {node.name, node.description}
            except GLib.Error:
                continue
            yield from ((node.role, text) for text in found if text)


def untranslated(program):
    said = '\n'.join(SAID)
    return [f'{role} “{text}”' for role, text in texts(program)
            if not is_whole(text, role) and not SAME.match(text) and text not in said
            and not re.match('(Gtk|Adw)', text)]


def cut_off(program):
    return [row[1] for row in program.look() if row[0] == 'cut' and OPEN in row[1]]


class Finds:
    """What was found on a walk, at which place first."""

    def __init__(self):
        self.rows = {}

    def add(self, place, finds):
        for find in finds:
            self.rows.setdefault(find, place.name)

    def check(self, what):
        said = '\n'.join(f'{place}: {find}' for find, place in self.rows.items())
        assert not self.rows, f'{what}:\n{said}'


def test_all_is_translated(stage):
    finds, cuts = Finds(), Finds()

    def visit(program, place):
        found = untranslated(program)
        if place.name == '16-shortcuts' and DIALOGS_INSIDE:
            # Newer GTK reads keys and what they do out as one, and numbers its pages.
            found = [text for text in found if OPEN not in text and '_1' not in text]
        finds.add(place, found)
        cuts.add(place, cut_off(program))
    Tour(stage, visit, words=pseudo_language()).go()
    finds.check('not translated, or of pieces')
    cuts.check('cut off')


def test_all_has_room(stage):
    cuts, wide = Finds(), Finds()
    words = pseudo_language()
    # The windows of the toolkit, about the program and its keys, are as wide as it makes them.
    own = ('Parlance', words('Preferences'), words('Rename Conversation'))

    def visit(program, place):
        # The title of a conversation is cut where it must be.
        cuts.add(place, set(cut_off(program)) - {
            words('New Conversation'), words('“%s” deleted').replace('%s', 'A question')})
        wide.add(place, [f'“{row[3]}” needs {row[2]} px' for row in program.look()
                         if row[0] == 'window' and int(row[2]) > NARROW[0]
                         and row[3] in own])
    Tour(stage, visit, words=words, size=NARROW).go()
    wide.check('wider than a phone')
    cuts.check('cut off')


def test_right_to_left(stage):
    finds = Finds()

    def visit(program, place):
        finds.add(place, cut_off(program))
        finds.add(place, [row[1] for row in program.look() if row == ['direction', 'ltr']])
        program.picture(f'rtl-{place.name}', place.title, place.above)
    Tour(stage, visit, words=pseudo_language(right_to_left=True)).go()
    finds.check('cut off, or from left to right')
