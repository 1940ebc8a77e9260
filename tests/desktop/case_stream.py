# SPDX-License-Identifier: GPL-3.0-or-later
"""Replies that are stopped, that wait, and that are cut off."""
from desktop import keys, wait_for
from stage import messages, new_conversation, send, wait_message, written

END = [{'finish': 'stop'}, {'done': True}]


def test_stop_with_the_button(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    service.next({'delta': 'This much came'}, {'hang': True})
    send(program, 'Tell me')
    wait_message(program, 'This much came')
    program.press('Stop')
    wait_message(program, 'Stopped')
    wait_for(lambda: service.chats()[-1]['closed_early'], 'the connection to be closed')
    assert 'This much came' in messages(program)
    service.next({'delta': ' and then the rest.'}, *END)
    program.press('Continue')
    wait_message(program, 'This much came and then the rest.')
    send(program, 'Thanks')
    wait_message(program, 'You said: Thanks')
    program.quit()


def test_stop_with_escape(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    service.next({'delta': 'This much came'}, {'hang': True})
    send(program, 'Tell me')
    wait_message(program, 'This much came')
    keys('Escape')
    wait_message(program, 'Stopped')
    wait_for(lambda: service.chats()[-1]['closed_early'], 'the connection to be closed')
    program.wait('Send', 'button')
    program.quit()


def test_second_send_waits(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    service.next({'delta': 'Slowly'}, {'wait': 'go'}, {'delta': ' done.'}, *END)
    send(program, 'First')
    wait_message(program, 'Slowly')

    new_conversation(program)
    send(program, 'To be cancelled')
    wait_message(program, 'Waiting for another reply')
    program.press('Cancel')
    program.wait('Send', 'button')
    assert len(service.chats()) == 1, 'the cancelled message was sent'

    send(program, 'Second')
    wait_message(program, 'Waiting for another reply')
    assert len(service.chats()) == 1, 'the second message did not wait'
    service.release('go')
    wait_message(program, 'You said: Second')
    assert service.control('stats')['max_concurrent'] == 1
    program.click(program.wait(role='list item', where=lambda row: 'First' in row.names(),
                               title='Parlance'))
    wait_message(program, 'Slowly done.')
    program.quit()


def test_killed_while_streaming(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    service.next({'delta': 'The first half of the answer'}, {'hang': True})
    send(program, 'A question')
    wait_message(program, 'The first half of the answer')
    wait_for(lambda: written('The first half of the answer'), 'the reply to reach the disk', 2)
    program.kill()

    program = stage.start()
    wait_message(program, 'The first half of the answer')
    wait_message(program, 'Interrupted')
    service.next({'delta': ', and the second.'}, *END)
    program.press('Continue')
    wait_message(program, 'The first half of the answer, and the second.')
    asked = service.chats()[-1]['body']['messages']
    assert any(message['role'] == 'assistant' and
               'The first half of the answer' in message['content'] for message in asked), asked
    assert 'Interrupted' not in messages(program)
    program.quit()


def test_cut_off_by_the_service(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    service.next({'delta': 'It began well'}, {'close': True})
    send(program, 'A question')
    wait_message(program, 'It began well')
    program.wait('Continue', 'button')
    service.next({'delta': ' and ended well.'}, *END)
    program.press('Continue')
    wait_message(program, 'It began well and ended well.')
    program.quit()


def test_close_while_streaming(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    service.next({'delta': 'Not yet all'}, {'hang': True})
    send(program, 'A question')
    wait_message(program, 'Not yet all')
    program.quit()

    program = stage.start()
    wait_message(program, 'Not yet all')
    wait_message(program, 'Interrupted')
    program.wait('Continue', 'button')
    program.quit()
