# SPDX-License-Identifier: GPL-3.0-or-later
"""Without a pointer."""
from desktop import keys, type_text, wait_for
from stage import MODEL, TOKEN, field, send, wait_for_composer, wait_message, write


def reach(is_there, name):
    for _ in range(20):
        keys('Tab')
        try:
            wait_for(is_there, name, 1)
            return
        except AssertionError:
            continue
    raise AssertionError(f'“{name}” cannot be reached with Tab')


def tab_to_field(program, name, text):
    """Fills the next field. GTK 4.8 does not say that a row's text field has the focus: typing
    tells, and what is not a field takes no letters."""
    def takes_text():
        type_text(text)
        return wait_for(lambda: field(program, name).text == text, 'the text', 1)
    reach(takes_text, name)


def focus_of(program):
    return program.find(where=lambda node: node.has('focused'))


def tab_to(program, name, role):
    for _ in range(20):
        before = focus_of(program)
        keys('Tab')
        try:
            wait_for(lambda: focus_of(program) not in (None, before), 'the focus to move', 3)
        except AssertionError:
            continue
        if program.find(name, role, lambda node: node.has('focused')):
            return
    raise AssertionError(f'“{name or role}” cannot be reached with Tab')


def go_to_first_row(program, name):
    """Of the list of conversations: the newest."""
    tab_to(program, None, 'list item')
    keys('Home')
    program.wait(name, 'list item', lambda node: node.has('focused'))


def test_main_job(stage):
    service = stage.service()
    program = stage.start()
    token = field(program, 'API Token')
    type_text(TOKEN)
    # Newer GTK tells no more than the length of a secret.
    wait_for(lambda: len(token.text) == len(TOKEN), 'the token to be where the focus is at first')
    tab_to_field(program, 'Model ID', MODEL)
    tab_to(program, 'Service', 'list item')
    keys('Return')
    tab_to_field(program, 'Base URL', service.base_url)
    tab_to(program, 'Start Chatting', 'button')
    keys('Return')
    wait_for(lambda: wait_for_composer(program).has('focused'), 'the composer to have the focus')

    type_text('Hello there')
    keys('shift+Return')
    type_text('second line')
    keys('Return')
    wait_message(program, 'You said: Hello there')
    assert service.chats()[0]['body']['messages'][-1]['content'] == 'Hello there\nsecond line'

    service.next({'delta': 'A long story'}, {'hang': True})
    type_text('Tell me more')
    keys('Return')
    wait_message(program, 'A long story')
    keys('Escape')
    wait_message(program, 'Stopped')

    keys('ctrl+n')
    wait_for(lambda: wait_for_composer(program).has('focused'), 'the composer to have the focus')
    type_text('A new subject')
    keys('Return')
    wait_message(program, 'You said: A new subject')
    for name in ('Regenerate', 'Copy'):
        program.wait(name, 'button')
        keys('shift+Tab')
        program.wait(name, 'button', lambda node: node.has('focused'))

    go_to_first_row(program, 'A new subject')
    keys('F2')
    title = program.wait('Title', where=lambda node: node.has('editable'))
    program.focus()
    type_text('By keys')
    wait_for(lambda: title.text == 'By keys', 'the title to be typed over the old one')
    keys('Return')
    program.wait('By keys', 'list item')
    program.focus()
    go_to_first_row(program, 'By keys')
    keys('Delete')
    wait_for(lambda: not program.find('By keys', 'list item'), 'the conversation to go')
    tab_to(program, 'Undo', 'button')
    keys('Return')
    program.wait('By keys', 'list item')
    wait_message(program, 'You said: A new subject')

    keys('ctrl+comma')
    field(program, 'Base URL', 'Preferences')
    program.focus('Preferences')
    tab_to(program, 'Check', 'button')
    keys('Return')
    program.wait_text('Token and model work')
    keys('Escape')
    wait_for(lambda: not program.find('Base URL'), 'Preferences to be closed')
    program.focus()
    wait_for(lambda: wait_for_composer(program).has('focused'), 'the composer to have the focus')
    type_text('And on')
    keys('Return')
    wait_message(program, 'You said: And on')
    keys('ctrl+q')
    program.wait_end()


def test_input_method_has_enter_first(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    write(program, 'caf')
    keys('ctrl+shift+u', 'e', '9', 'Return')
    wait_for(lambda: wait_for_composer(program).text == 'café', '“é” to be composed')
    assert service.chats() == [], 'the Enter that ended the composing has sent the message'
    keys('Return')
    wait_message(program, 'You said: café')
    send(program, 'And on')
    wait_message(program, 'You said: And on')
