# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shipped is what was tested, and what a release is made of is whole."""
import base64
import hashlib
import json
import os
import pathlib
import re
import subprocess
import tarfile

from sandbox import APPLICATION, SandboxStage, in_sandbox

STAGE = SandboxStage
TOP = pathlib.Path(__file__).parents[2]
FOLDER = pathlib.Path(os.environ['PARLANCE_FLATPAK'])
RELEASE = FOLDER / 'release'
ALLOWED = ['--share=network', '--share=ipc', '--socket=wayland', '--socket=fallback-x11',
           '--device=dri']


def manifest(path):
    """A manifest as flatpak-builder understands it, with what it includes."""
    # It leaves a folder where it runs.
    return json.loads(subprocess.run(['flatpak-builder', '--show-manifest', path], check=True,
                                     capture_output=True, text=True,
                                     cwd=os.environ['HOME']).stdout)


def differences(a, b, path=''):
    """The paths at which two manifests differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        return [found for key in sorted(a.keys() | b.keys())
                for found in differences(a.get(key), b.get(key), f'{path}/{key}')]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [found for number, (x, y) in enumerate(zip(a, b))
                for found in differences(x, y, f'{path}/{number}')]
    return [] if a == b else [path]


SHIPPED = manifest(TOP / f'flatpak/{APPLICATION}.yml')


def test_manifest(_stage):
    assert SHIPPED['finish-args'] == ALLOWED
    assert (SHIPPED['runtime'], SHIPPED['runtime-version']) == ('org.gnome.Platform', '50')
    *libraries, program = SHIPPED['modules']
    assert [module['name'] for module in libraries] == ['md4c']
    for module in libraries:
        source, = module['sources']
        assert source['type'] == 'git' and source['tag'] and len(source['commit']) == 40, source
    assert program['sources'][0]['type'] == 'dir'


def test_development_manifest(_stage):
    devel = manifest(TOP / f'flatpak/{APPLICATION}.Devel.yml')
    assert differences(SHIPPED, devel) == ['/id', '/modules/1/config-opts']
    assert devel['id'] == APPLICATION + '.Devel'
    assert devel['modules'][1]['config-opts'] == [*SHIPPED['modules'][1]['config-opts'],
                                                '-Dprofile=development']


def test_what_was_built_is_what_is_shipped(_stage):
    used = manifest(FOLDER / f'source/flatpak/{APPLICATION}.yml')
    found = differences(SHIPPED, used)
    assert found and all(path.startswith('/modules/0/sources') for path in found), found
    # The program keeps the manifest that it was built from.
    built = json.loads(in_sandbox('cat /app/manifest.json'))
    for key in ('id', 'command', 'finish-args', 'runtime', 'runtime-version', 'sdk'):
        assert built[key] == SHIPPED[key], key
    assert [module['name'] for module in built['modules']] == ['md4c', 'parlance']


def test_only_what_is_needed_is_shipped(_stage):
    files = set(in_sandbox('cd /app && find . -type f -o -type l | cut -c 3-').split())
    wanted = {'bin/parlance', f'share/applications/{APPLICATION}.desktop',
              f'share/dbus-1/services/{APPLICATION}.service',
              f'share/glib-2.0/schemas/{APPLICATION}.gschema.xml',
              f'share/icons/hicolor/scalable/apps/{APPLICATION}.svg',
              f'share/icons/hicolor/symbolic/apps/{APPLICATION}-symbolic.svg'}
    wanted |= {f'share/locale/{language}/LC_MESSAGES/parlance.mo'
               for language in (TOP / 'po/LINGUAS').read_text(encoding='utf-8').split()}
    assert wanted <= files, wanted - files
    # Older flatpak-builders give it its older name.
    assert files & {f'share/metainfo/{APPLICATION}.metainfo.xml',
                    f'share/appdata/{APPLICATION}.appdata.xml'}
    unwanted = [name for name in files if name.startswith(('include/', 'lib/pkgconfig', 'lib/cmake'))
                or name.endswith(('.a', '.la')) or 'html' in name]
    assert not unwanted, unwanted


def test_what_the_desktop_sees(_stage):
    share = pathlib.Path(os.environ['FLATPAK_USER_DIR'], 'exports/share')
    entry = (share / f'applications/{APPLICATION}.desktop').read_text(encoding='utf-8')
    service = (share / f'dbus-1/services/{APPLICATION}.service').read_text(encoding='utf-8')
    for text in (entry, service):
        assert re.search(rf'^Exec=.*flatpak run .*--command=(/app/bin/)?parlance .*{APPLICATION}', text,
                         re.M), text
    assert f'Icon={APPLICATION}\n' in entry
    icons = {str(path.relative_to(share / 'icons/hicolor')) for path in share.rglob('*.svg')}
    assert icons == {f'scalable/apps/{APPLICATION}.svg',
                     f'symbolic/apps/{APPLICATION}-symbolic.svg'}


def test_release(_stage):
    tarball, = RELEASE.glob('parlance-*.tar.xz')
    said, _name = pathlib.Path(f'{tarball}.sha256sum').read_text(encoding='utf-8').split()
    assert said == hashlib.sha256(tarball.read_bytes()).hexdigest()
    with tarfile.open(tarball) as archive:
        inside = {member.name.split('/', 1)[1] for member in archive if '/' in member.name}
    assert {'meson.build', 'README.md', 'COPYING', f'flatpak/{APPLICATION}.yml'} <= inside

    flathub = manifest(RELEASE / f'flathub/{APPLICATION}.yml')
    found = differences(manifest(FOLDER / f'source/flatpak/{APPLICATION}.yml'), flathub)
    assert all(path.startswith('/modules/1/sources/0/') for path in found), found
    source, = flathub['modules'][1]['sources']
    head = subprocess.run(['git', '-C', FOLDER / 'source', 'rev-parse', 'HEAD'], check=True,
                          capture_output=True, text=True).stdout.strip()
    version = tarball.name.removeprefix('parlance-').removesuffix('.tar.xz')
    assert source == {'type': 'git', 'url': 'https://github.com/parlance-chat/parlance.git',
                      'tag': f'v{version}', 'commit': head}, source


def test_bundle(stage):
    """The program as one file installs too, and only where its signature is good."""
    bundle, = RELEASE.glob('*.flatpak')
    environment = {**os.environ, 'FLATPAK_USER_DIR': str(stage.room / 'other')}
    install = ['flatpak', '--user', 'install', '--noninteractive', '--no-deps']
    subprocess.run([*install, '--bundle', bundle], check=True, env=environment)
    listed = subprocess.run(['flatpak', '--user', 'list', '--columns=application,branch'],
                            check=True, env=environment, capture_output=True, text=True).stdout
    assert listed.split() == [APPLICATION, 'stable'], listed


def install(reference, folder):
    return subprocess.run(['flatpak', '--user', 'install', '--noninteractive', '--no-deps',
                           '--from', reference], check=False,
                          env={**os.environ, 'FLATPAK_USER_DIR': str(folder)}).returncode


def test_a_repository_with_another_key_is_refused(stage):
    reference = RELEASE / f'{APPLICATION}.flatpakref'
    home = stage.room / 'keys'
    home.mkdir(mode=0o700)
    gpg = ['gpg', '--homedir', home, '--batch', '--quiet']
    subprocess.run([*gpg, '--passphrase', '', '--quick-gen-key', 'other@example.org', 'default',
                    'default', 'never'], check=True)
    key = subprocess.run([*gpg, '--export', 'other@example.org'], check=True,
                         capture_output=True).stdout
    subprocess.run(['gpgconf', '--homedir', home, '--kill', 'all'], check=True)
    forged = stage.room / 'forged.flatpakref'
    forged.write_text(re.sub(r'^GPGKey=.*', f'GPGKey={base64.b64encode(key).decode()}',
                             reference.read_text(encoding='utf-8'), flags=re.M), encoding='utf-8')
    assert install(forged, stage.room / 'refused') != 0
    assert install(reference, stage.room / 'taken') == 0
