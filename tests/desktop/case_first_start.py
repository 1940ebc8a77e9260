# SPDX-License-Identifier: GPL-3.0-or-later
"""From nothing to a reply, and the next day."""
from desktop import keys, wait_for, xdotool
from stage import (MODEL, TOKEN, fill_welcome, new_conversation, send, wait_for_composer,
                   wait_message, write)


def test_wrong_token_then_right_one(stage):
    service = stage.service()
    program = stage.start_at(service)
    fill_welcome(program, 'ms-wrong-91d2')
    program.wait_text('The service did not accept the API token')
    assert program.find('Start Chatting', 'button'), 'the first page is gone'
    assert service.chats() == [], 'a message was sent'
    fill_welcome(program, f'  Bearer {TOKEN}\n')
    wait_for_composer(program)

    send(program, 'Good morning')
    wait_message(program, 'You said: Good morning')
    call, = service.chats()
    assert call['body']['model'] == MODEL
    assert call['headers']['authorization'] == f'Bearer {TOKEN}'
    assert call['body']['messages'][-1] == {'role': 'user', 'content': 'Good morning'}
    program.wait('Copy', 'button')
    program.wait('Regenerate', 'button')
    program.quit()


def test_wrong_model(stage):
    service = stage.service()
    program = stage.start_at(service)
    fill_welcome(program, TOKEN, 'test/unknown')
    program.wait_text('The service knows no model with this Model ID')
    fill_welcome(program, TOKEN, f'https://modelscope.cn/models/{MODEL}')
    wait_for_composer(program)
    send(program, 'Hello')
    wait_message(program, 'You said: Hello')
    assert service.chats()[-1]['body']['model'] == MODEL


def test_quit_and_start_again(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    send(program, 'First question')
    wait_message(program, 'You said: First question')
    new_conversation(program)
    send(program, 'Second question')
    wait_message(program, 'You said: Second question')
    write(program, 'A draft that is kept')
    program.resize(840, 610)
    program.quit()

    program = stage.start()
    wait_message(program, 'You said: Second question')
    wait_for(lambda: wait_for_composer(program).text == 'A draft that is kept', 'the draft')
    size = xdotool('getwindowgeometry', program.x_window())
    assert '840x610' in size, f'the window has another size: {size}'
    said = program.texts()
    assert said.index('Second question') >= 0 and said.index('First question') >= 0
    assert len(service.chats()) == 2, 'a start has called the service'
    keys('Return')
    wait_message(program, 'You said: A draft that is kept')
    program.quit()


def test_one_instance(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    window = program.x_window()
    other = stage.start_other_program()
    other.focus()
    second = stage.launch()
    second.wait_end()
    wait_for(lambda: xdotool('getwindowfocus') == [window], 'the first window to have the focus')
    assert len([node for node in program.windows() if node.name == 'Parlance']) == 1
    program.quit()
