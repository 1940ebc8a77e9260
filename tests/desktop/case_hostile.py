# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that is made to do harm, wherever a service or a person can put it: it is read as it was
written, and the program goes on."""
import base64
import json
import time

from stage import new_conversation, send, wait_empty, wait_message

MARKUP = '<b>bold</b> & <a href="file:///etc/passwd">link</a> <span size="999999">'
END = [{'finish': 'stop'}, {'done': True}]
CLICK_LIMIT = 2  # seconds

# What a service sends, and what is to be read of it.
REPLIES = [
    ('markup', MARKUP, '<b>bold</b> & <a href="file:///etc/passwd">link</a>'),
    ('turned', '`safe\u202egnp.exe\u2066 end`', 'safe‹U+202E›gnp.exe'),
    ('no break', 'x' * 6000, 'x' * 300),
    # The end of what is longer than the window.
    ('marks', 'e' + '\u0301' * 50000, '\u0301\u0301'),
    ('emoji', '👩\u200d' * 500, '👩'),
    ('controls', 'a\x1b[31mred\x07\x7f', '␛[31mred'),
]
ERRORS = [
    ('markup', MARKUP, '<b>bold</b> & <a href="file:///etc/passwd">link</a>'),
    ('turned', 'safe\u202egnp.exe', 'gnp.exe'),
    ('no break', 'x' * 100000, 'x' * 300),
    ('marks', 'e' + '\u0301' * 50000, 'e\u0301'),
]
# NUL as an event, then no UTF-8, and a NUL that JSON spells out, inside one.
BYTES = (b'data: \x00\n\n'
         b'data: {"choices":[{"index":0,"delta":{"content":"left \xff\xfe\xc3( \xed\xa0\x80 '
         b'not \\u0000lost"}}]}\n\n')


class Count:
    def __init__(self, program):
        self.program = program
        self.held = 0

    def hold(self, what):
        """A click is handled at once, and the next message is answered."""
        button = self.program.wait('New Conversation', 'button')
        start = time.monotonic()
        button.press()
        button.has('sensitive')  # the answer waits for what the program is at
        seconds = time.monotonic() - start
        assert seconds < CLICK_LIMIT, f'{what}: a click took {seconds:.1f} s'
        wait_empty(self.program)
        send(self.program, 'And now?')
        wait_message(self.program, 'You said: And now?')
        new_conversation(self.program)
        self.held += 1


def start(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    send(program, 'Hello')
    wait_message(program, 'You said: Hello')
    new_conversation(program)
    return service, program, Count(program)


def tell(count):
    print(f'# tried hostile texts through the window: {count.held}, held {count.held}, lost 0')


def test_replies(stage):
    service, program, count = start(stage)
    for name, text, shown in REPLIES:
        service.next({'delta': text}, *END)
        send(program, f'Tell me {name}')
        wait_message(program, shown)
        if name in ('markup', 'controls'):
            program.picture(f'hostile-reply-{name}')
        count.hold(f'Tell me {name}')

    service.next({'send_b64': base64.b64encode(BYTES).decode()}, *END)
    send(program, 'Tell me bytes')
    wait_message(program, 'left \ufffd')
    wait_message(program, 'lost')
    count.hold('Tell me bytes')
    tell(count)
    program.quit()


def test_errors_and_titles(stage):
    service, program, count = start(stage)
    for name, text, shown in ERRORS:
        service.next(status=400, body=json.dumps({'error': {'message': text}}, ensure_ascii=False))
        send(program, f'Refuse {name}')
        program.click(program.wait('Details'))
        wait_message(program, shown)
        if name == 'markup':
            program.picture('hostile-error')
        count.hold(f'Refuse {name}')

    service.next(status=302, body='', headers={
        'Location': 'http://%3Cb%3Eevil%3C%2Fb%3E.example:81/path?key=1'})
    send(program, 'Redirect')
    wait_message(program, 'The service pointed to another address')
    program.click(program.wait('Details'))
    wait_message(program, 'evil')
    program.picture('hostile-redirect')
    count.hold('Redirect')

    send(program, MARKUP)
    wait_message(program, f'You said: {MARKUP}')
    program.wait(role='label', where=lambda node: node.name.startswith(MARKUP[:50]))
    program.picture('hostile-title')
    count.hold(f'You said: {MARKUP}')
    tell(count)
    program.quit()
