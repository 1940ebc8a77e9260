# SPDX-License-Identifier: GPL-3.0-or-later
"""The people and places of a case: starts what it needs, and ends all of it afterwards."""
import os
import pathlib
import subprocess

from desktop import PICTURES, Program, Service, keys, type_text, wait_for

MODEL = 'Qwen/Qwen3-32B'
TOKEN = 'ms-valid-4e1f0c27'


class Stage:
    program_type = Program

    def __init__(self, name):
        self.name = name
        self.programs = []
        self.services = []

    def service(self):
        service = Service()
        self.services.append(service)
        return service

    def start(self, *arguments, **options):
        """Starts Parlance and waits for its window."""
        program = self.program_type(*arguments, **options)
        self.programs.append(program)
        wait_for(program.windows, 'a window')
        program.focus()
        return program

    def launch(self, *arguments, **options):
        """Starts Parlance and waits for nothing."""
        program = self.program_type(*arguments, log='second.log', **options)
        self.programs.append(program)
        return program

    def start_other_program(self):
        program = Program(program=os.environ['PARLANCE_OTHER_PROGRAM'], log='other.log')
        self.programs.append(program)
        return program

    def start_at(self, service, **options):
        """A program on its first page, where the service stands in for ModelScope."""
        program = self.start(**options)
        open_service(program)
        field(program, 'Base URL').text = service.base_url
        return program

    def start_chatting(self, service, **options):
        """A program that is past its first page, with an account at the service."""
        program = self.start_at(service, **options)
        fill_welcome(program, TOKEN)
        wait_for_composer(program)
        return program

    def check_complaints(self):
        for program in self.programs:
            complaints = program.complaints()
            assert not complaints, 'the program complained:\n' + '\n'.join(complaints)

    def show(self):
        """What was on the screen when a case failed."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        subprocess.run(['import', '-window', 'root', str(PICTURES / f'failed-{self.name}.png')],
                       check=False)
        for program in self.programs:
            if program.process.poll() is None:
                for window in program.windows():
                    print('\n'.join(window.picture()))
            print(program.log.read_text(encoding='utf-8', errors='replace')[-4000:])

    def end(self):
        for program in self.programs:
            if program.process.poll() is None:
                program.kill()
        for service in self.services:
            service.stop()


# -- what people do, in a word each

def field(program, name, title='Parlance'):
    return program.wait(name, where=lambda node: node.has('editable'), title=title)


def open_service(program):
    """Unfolds what is below the account on the first page."""
    label = program.wait('Service', 'label')
    program.scroll_to(label)
    program.click(label)


def set_base_url(program, url):
    """In Preferences."""
    keys('ctrl+comma')
    row = field(program, 'Base URL', 'Preferences')
    row.text = url
    wait_for(lambda: row.text == url, 'the Base URL to be taken')
    program.focus('Preferences')
    keys('Escape')
    wait_for(lambda: not program.windows('Preferences'), 'Preferences to be closed')
    program.focus()


def fill_welcome(program, token, model=MODEL):
    field(program, 'API Token').text = token
    field(program, 'Model ID').text = model
    program.press('Start Chatting')


def wait_for_composer(program):
    return field(program, 'Message')


def write(program, text):
    """Puts text into the composer with the keyboard."""
    program.click(wait_for_composer(program))
    type_text(text)
    wait_for(lambda: wait_for_composer(program).text.endswith(text), f'“{text}” to be typed')


def send(program, text):
    write(program, text)
    keys('Return')
    wait_for(lambda: wait_for_composer(program).text == '', 'the composer to be empty')


def messages(program):
    """What the transcript says; nothing where an empty conversation is shown instead."""
    log = program.find('Messages', 'log')
    return log.names() if log else ''


def wait_message(program, text, limit=None):
    wait_for(lambda: text in messages(program), f'the message “{text}”', limit)


def new_conversation(program):
    program.press('New Conversation')
    wait_empty(program)


def wait_empty(program):
    # A button that is pressed over the bus acts a moment later.
    wait_for(lambda: 'You said' not in messages(program), 'an empty conversation')


def written(text):
    """Whether the text has reached the disk."""
    folder = pathlib.Path(os.environ['XDG_DATA_HOME'])
    return any(text.encode() in path.read_bytes()
               for path in folder.rglob('*') if path.is_file())
