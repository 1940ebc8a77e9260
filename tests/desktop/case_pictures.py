# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of what a person sees, into the build folder."""
import re

from desktop import keys, type_text, wait_for
from stage import field, send, wait_for_composer, wait_message


def demo(stage, *arguments, **options):
    program = stage.start('--demo', *arguments, **options)
    composer = wait_for(lambda: program.find(where=lambda node: node.has('editable')),
                        'the composer')
    program.click(composer)
    return program


def converse(program, question):
    type_text(question)
    keys('Return')
    # The footer of the reply stands only when it is whole.
    program.wait('Copy', 'button', limit=60)


def test_welcome(stage):
    program = stage.start()
    field(program, 'API Token')
    program.picture('welcome')


def test_chat_light(stage):
    program = demo(stage)
    converse(program, 'What can you show me?')
    program.picture('chat-light')
    program.resize(360, 640)
    wait_for(lambda: wait_for_composer(program).extents()[2] < 360, 'the narrow shape')
    program.picture('narrow')


def test_chat_dark(stage):
    program = demo(stage, '--dark')
    converse(program, 'What can you show me?')
    program.picture('chat-dark')


def test_preferences(stage):
    program = stage.start_chatting(stage.service())
    keys('ctrl+comma')
    field(program, 'Base URL', 'Preferences')
    program.picture('preferences', 'Preferences')


def test_error(stage):
    service = stage.service()
    program = stage.start_chatting(service)
    service.refuse(403, 'To use API-Inference, please make sure your associated Aliyun account is '
                        'real name verified.')
    send(program, 'Can you help me with my homework?')
    wait_message(program, 'Real-name verification is missing')
    program.picture('error')


def test_chinese(stage):
    environment = {'LANGUAGE': 'zh_CN'}
    program = stage.start(environment=environment)
    wait_for(lambda: re.search('[\u4e00-\u9fff]{2}', program.texts()), 'Chinese on the first page')
    program.picture('welcome-chinese')
    program = demo(stage, environment=environment)
    wait_for(lambda: re.search('[\u4e00-\u9fff]{2}', program.texts()), 'Chinese')
    program.picture('chat-chinese')
