# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogs and the list at the side, whichever widgets the platform has for them."""
from desktop import keys, type_text, wait_for
from stage import field, send, wait_for_composer, wait_message
from tour import NARROW, is_beside


def composer_has_focus(program):
    program.focus()
    return wait_for(lambda: wait_for_composer(program).has('focused'),
                    'the focus to return to the composer')


def open_preferences(program):
    keys('ctrl+comma')
    field(program, 'Base URL', 'Preferences')
    program.focus('Preferences')


def list_is_open(program):
    found = program.find('Conversations', 'list')
    return found is not None and found.extents()[0] >= 0


def list_is_away(program):
    # While it still moves, the platform's widget does not hear Escape.
    return is_beside(program.find('Conversations', 'list'))


def answer(program, key):
    """The question that is open."""
    program.wait('Keep Editing', 'label')
    program.focus()
    keys(key)
    wait_for(lambda: not program.find('Keep Editing', 'label'), 'the question to be gone')


def close(program, name):
    """With Escape."""
    keys('Escape')
    wait_for(lambda: not program.windows(name), f'“{name}” to be closed')


def test_escape_closes_and_focus_returns(stage):
    program = stage.start_chatting(stage.service())
    send(program, 'Good morning')
    wait_message(program, 'You said: Good morning')
    composer_has_focus(program)

    open_preferences(program)
    close(program, 'Preferences')
    composer_has_focus(program)

    keys('F2')
    program.wait('Title', where=lambda node: node.has('editable'))
    program.focus()
    type_text('Morning')
    keys('Return')
    wait_for(lambda: program.find('Morning', 'label', title='Parlance'), 'the new title')
    composer_has_focus(program)
    keys('F2')
    program.wait('Title', where=lambda node: node.has('editable'))
    program.focus()
    keys('Escape')
    wait_for(lambda: not program.find('Title', where=lambda node: node.has('editable')),
             'the dialog to be closed')
    composer_has_focus(program)
    program.quit()


def test_list_over_the_conversation(stage):
    program = stage.start_chatting(stage.service())
    send(program, 'Good morning')
    wait_message(program, 'You said: Good morning')
    program.resize(*NARROW)
    wait_for(lambda: wait_for_composer(program).extents()[2] < NARROW[0], 'the narrow shape')
    wait_for(lambda: list_is_away(program), 'the list to be folded away')
    keys('F9')
    wait_for(lambda: program.find(role='list item', where=lambda node: node.has('focused')),
             'the list to have the focus')
    keys('F9')
    composer_has_focus(program)
    wait_for(lambda: list_is_away(program), 'the list to be folded away')
    keys('F9')
    wait_for(lambda: program.find(role='list item', where=lambda node: node.has('focused')),
             'the list to have the focus')
    wait_for(lambda: list_is_open(program), 'the list to be laid over the conversation')
    keys('Escape')
    wait_for(lambda: list_is_away(program), 'Escape to fold the list away')
    composer_has_focus(program)
    program.quit()


def test_address_that_cannot_be_one(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    open_preferences(program)
    field(program, 'Base URL', 'Preferences').text = 'not an address'
    keys('Escape')
    program.wait('This cannot be the address of a service', 'label')
    answer(program, 'Escape')
    assert field(program, 'Base URL', 'Preferences').text == 'not an address', 'the text is gone'

    # The focus is where it has to be mended.
    program.focus('Preferences')
    keys('ctrl+a')
    type_text(service.base_url)
    wait_for(lambda: field(program, 'Base URL', 'Preferences').text == service.base_url,
             'the text to be typed where the focus is')
    close(program, 'Preferences')
    program.focus()
    send(program, 'Still there?')
    wait_message(program, 'You said: Still there?')

    open_preferences(program)
    field(program, 'Base URL', 'Preferences').text = 'http://'
    program.focus('Preferences')
    keys('Escape')
    answer(program, 'alt+d')
    wait_for(lambda: not program.windows('Preferences'), 'Preferences to be closed')
    program.focus()
    open_preferences(program)
    assert field(program, 'Base URL', 'Preferences').text == service.base_url
    close(program, 'Preferences')
    program.quit()
