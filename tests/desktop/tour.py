# SPDX-License-Identifier: GPL-3.0-or-later
"""A walk through every window, dialog, menu and state of the program, in any language.

At each place the visitor is called with the program and the place: it looks, and moves nothing.
"""
import collections

from desktop import keys, wait_for, xdotool
from stage import (MODEL, TOKEN, field, fill_welcome, messages, open_service, send,
                   wait_for_composer)

# title: of the window; above: something is laid over it.
Place = collections.namedtuple('Place', 'name title above', defaults=('Parlance', False))
NARROW = (360, 640)
REPLY = '''\
A list, a table and a listing:

1. First
2. Second

| Name | Size |
| --- | --- |
| One | 12 |

```c
int main (void) { return 0; }
```
'''
# What this walk itself writes, and what the service or the author's name says: no one translates.
SAID = [MODEL, TOKEN, 'test/unknown', 'A question', 'Another question', 'Slowly', 'Half of',
        'Refused', REPLY]


def is_row(node):
    """Of the list, not of the header bar above a conversation."""
    return node.extents()[1] > 48


def is_beside(node):
    """A list that is folded away may say that it is visible, beside the window."""
    return node is None or sum(node.extents()[0::2]) <= 0


def open_menu(program):
    xdotool('mousemove', 1279, 959)  # where the pointer is would be chosen

    def is_open():
        if program.find('_About Parlance', 'menu item'):
            return True
        # The key is lost on a list that is still sliding in.
        keys('F10')
        try:
            return wait_for(lambda: program.find('_About Parlance', 'menu item'), 'the menu', 4)
        except AssertionError:
            return False
    wait_for(is_open, 'the main menu')


class Tour:
    def __init__(self, stage, visit, *arguments, words=None, size=None, **options):
        self.stage, self.visit, self.size = stage, visit, size
        self.service = stage.service()
        self.program = stage.start(*arguments, words=words, **options)
        self.say = self.program.words
        self.folded = False  # whether the list of conversations is laid over them
        if size:
            self.program.resize(*size)

    def see(self, name, title='Parlance', above=False):
        self.visit(self.program, Place(name, title, above))

    def go(self):
        self.welcome()
        self.conversation()
        self.endings()
        self.list()
        self.preferences()
        self.others()

    def welcome(self):
        field(self.program, 'API Token')
        self.see('01-welcome')
        open_service(self.program)
        field(self.program, 'Base URL').text = self.service.base_url
        fill_welcome(self.program, 'ms-wrong-91d2')
        self.program.wait_text('The service did not accept the API token')
        self.see('02-welcome-refused')

    def conversation(self):
        program = self.program
        fill_welcome(program, TOKEN)
        wait_for_composer(program)
        program.wait('What is on your mind?', 'label')
        self.see('03-empty')

        self.service.next({'delta': REPLY}, {'finish': 'stop'}, {'done': True})
        send(program, 'A question')
        program.wait('Copy', 'button')
        # Large text folds it as well, on platforms that measure windows in letters.
        self.folded = is_beside(program.find('Conversations', 'list'))
        self.see('04-conversation')

        self.service.next({'reasoning': 'Well…'}, {'delta': 'Half of'}, {'hang': True})
        send(program, 'Another question')
        wait_for(lambda: 'Half of' in messages(program), 'half of a reply')
        self.see('05-streaming')
        keys('ctrl+n')
        wait_for(lambda: 'Half of' not in messages(program), 'an empty conversation')
        send(program, 'Slowly')
        program.wait('Waiting for another reply of this account…', 'label')
        self.see('06-waiting')
        program.press('Cancel')
        program.wait('Send', 'button')
        self.open('A question')
        program.press('Stop')
        program.wait('Stopped', 'label')
        self.see('07-stopped')

    def endings(self):
        program = self.program
        self.service.refuse(403, 'To use API-Inference, please make sure your associated Aliyun '
                                 'account is real name verified.')
        keys('ctrl+n')
        wait_for_composer(program)
        send(program, 'Refused')
        program.wait('Real-name verification is missing', 'label')
        details = program.wait('Details', 'label')
        program.scroll_to(details)
        program.click(details)
        wait_for(lambda: 'r-1234' in program.texts(), 'the details')
        self.see('08-error')

    def find_row(self, title):
        """Of the list: laid over the conversation where there is little room."""
        if self.folded:
            keys('F9')
        return self.program.wait(title, 'label', is_row)

    def open(self, title):
        self.program.click(self.find_row(title))
        wait_for_composer(self.program)

    def list(self):
        """The list of conversations, what can be done there, and what is said of it."""
        program = self.program
        row = self.find_row('A question')
        self.see('09-list')
        program.click(row, button=3)
        program.wait('Delete', 'menu item')
        self.see('10-list-menu', above=True)
        keys('Escape')
        wait_for(lambda: not program.find('Delete', 'menu item'), 'the menu to close')
        keys('Delete')
        program.wait('Undo', 'button')
        self.see('11-deleted')
        program.press('Undo')
        wait_for(lambda: not program.find('Undo'), 'that to be taken back')
        keys('F2')
        self.dialog('Title', 'editable')
        self.see('12-rename', above=True)
        keys('Escape')
        wait_for(lambda: not program.find('Title'), 'the dialog to close')
        program.focus()
        open_menu(program)
        self.see('13-main-menu', above=True)
        keys('Escape')
        wait_for(lambda: not program.find('_About Parlance', 'menu item'), 'the menu to close')
        if self.folded:
            keys('F9')
            wait_for_composer(program)

    def dialog(self, name, state):
        """Waits for a dialog that has that in it, and gives it the keyboard."""
        self.program.wait(name, where=lambda node: node.has(state), title=None)
        self.program.focus()

    def preferences(self):
        program = self.program
        keys('ctrl+comma')
        field(program, 'Base URL', 'Preferences')
        if self.size and program.windows('Preferences'):
            program.resize(*self.size, title='Preferences')
        self.see('14-preferences', 'Preferences')
        field(program, 'Model ID', 'Preferences').text = 'test/unknown'
        program.press('Check')
        program.wait_text('Something has to be changed')
        self.see('15-preferences-refused', 'Preferences')
        field(program, 'Model ID', 'Preferences').text = MODEL
        program.focus('Preferences')
        keys('Escape')
        wait_for(lambda: not program.find('Base URL'), 'Preferences to be closed')
        program.focus()

    def others(self):
        program = self.program
        if self.folded:
            keys('F9')
        open_menu(program)
        keys('Up', 'Return')
        program.wait('The Parlance developers', 'label')
        self.see('17-about', above=True)
        program.focus()
        keys('Escape')
        wait_for(lambda: not program.find('The Parlance developers'), 'that to be closed')
        program.focus()

        keys('ctrl+question')
        program.wait('Break the line', 'label')
        self.see('16-shortcuts', above=True)
        program.focus()
        keys('Escape')
        wait_for(lambda: not program.find('Break the line'), 'the keyboard help to be closed')
        program.focus()
