# SPDX-License-Identifier: GPL-3.0-or-later
"""Without a pointer."""
from desktop import keys, wait_for
from stage import send, wait_for_composer, wait_message, write


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
