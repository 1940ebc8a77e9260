# SPDX-License-Identifier: GPL-3.0-or-later
"""Each failure says what happened, and the next send works."""
from stage import new_conversation, send, set_base_url, wait_message

REFUSALS = [
    (401, 'Authentication failed, please make sure that a valid ModelScope token is supplied.',
     'The service did not accept the API token'),
    (401, 'Please bind your Alibaba Cloud account before use.',
     'The Alibaba Cloud account is not bound yet'),
    (403, 'To use API-Inference, please make sure your associated Aliyun account is real name '
     'verified.', 'Real-name verification is missing'),
    (429, "You have exceeded today's quota for model Qwen/Qwen3-32B, please try again tomorrow, or "
     'consider using other models', 'Today’s calls to this model are used up'),
    (400, 'Model id : Qwen/Qwen3-32B , has no provider supported',
     'This model is not available at the moment'),
    (500, 'Something broke.', 'The service has a problem'),
]


def test_refusals(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    for number, (status, words, title) in enumerate(REFUSALS):
        new_conversation(program)
        service.refuse(status, words)
        send(program, f'Question {number}')
        wait_message(program, title)
        program.wait('Details')
        send(program, f'Again {number}')
        wait_message(program, f'You said: Again {number}')
    program.quit()


def test_no_network(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    service.stop()
    send(program, 'Is anybody there?')
    wait_message(program, 'Nothing answers at the service’s address')
    other = stage.service()
    set_base_url(program, other.base_url)
    send(program, 'And now?')
    wait_message(program, 'You said: And now?')
    program.quit()
