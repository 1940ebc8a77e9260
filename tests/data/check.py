# SPDX-License-Identifier: GPL-3.0-or-later
"""check.py ID VERSION METAINFO DESKTOP-ENTRY SERVICE ICONS: what the desktop and a store want to
know of the program, beyond what validators ask for."""
import configparser
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import gi

gi.require_version('GdkPixbuf', '2.0')
from gi.repository import GdkPixbuf  # pylint: disable=wrong-import-position

SVG = '{http://www.w3.org/2000/svg}'
ID, VERSION = sys.argv[1:3]
METAINFO, DESKTOP, SERVICE, ICONS = map(Path, sys.argv[3:])


def test_metainfo():
    root = ET.parse(METAINFO).getroot()
    assert METAINFO.name == f'{ID}.metainfo.xml'
    assert root.findtext('id') == ID
    assert root.find('launchable[@type="desktop-id"]').text == f'{ID}.desktop'
    assert root.findtext('metadata_license') == 'CC0-1.0'
    assert root.findtext('project_license') == 'GPL-3.0-or-later'
    assert root.find('content_rating').get('type') == 'oars-1.1'
    assert root.find('developer').get('id') and root.findtext('developer/name')
    summary = root.findtext('summary')
    assert len(summary) <= 35 and not summary.endswith('.'), summary
    links = {url.get('type'): url.text for url in root.iter('url')}
    assert {'homepage', 'bugtracker', 'vcs-browser'} <= links.keys()
    assert all(link.startswith('https://') for link in links.values()), links
    colours = {colour.get('scheme_preference') for colour in root.iter('color')}
    assert colours == {'light', 'dark'}
    shots = list(root.iter('screenshot'))
    assert shots and shots[0].get('type') == 'default'
    assert all(shot.findtext('caption') and shot.findtext('image').startswith('https://')
               for shot in shots)
    releases = list(root.iter('release'))
    assert releases[0].get('version') == VERSION, 'the newest release is another version'
    assert all(re.fullmatch(r'\d{4}-\d\d-\d\d', release.get('date')) for release in releases)


def read_keys(path):
    parser = configparser.ConfigParser(interpolation=None, delimiters='=')
    parser.optionxform = str
    parser.read(path, encoding='utf-8')
    return parser


def test_start():
    entry = read_keys(DESKTOP)['Desktop Entry']
    assert DESKTOP.name == f'{ID}.desktop'
    assert entry['Icon'] == ID
    assert entry['Exec'].split()[0] == 'parlance'
    service = read_keys(SERVICE)['D-BUS Service']
    assert entry.getboolean('DBusActivatable') and SERVICE.name == f'{ID}.service'
    assert service['Name'] == ID
    assert re.fullmatch(r'/.*/bin/parlance --gapplication-service', service['Exec'])


def draw(path, size):
    """The opacity of each pixel, row by row."""
    drawn = GdkPixbuf.Pixbuf.new_from_file_at_size(str(path), size, size)
    assert (drawn.get_width(), drawn.get_height(), drawn.get_n_channels()) == (size, size, 4)
    data, stride = drawn.get_pixels(), drawn.get_rowstride()
    return [data[y * stride + x * 4 + 3] for y in range(size) for x in range(size)]


def test_icons():
    for name, size in ((f'{ID}.svg', 128), (f'{ID}-symbolic.svg', 16)):
        path = ICONS / name.replace('.Devel-symbolic', '-symbolic')
        root = ET.parse(path).getroot()
        assert root.get('viewBox') == f'0 0 {size} {size}', path
        assert not [node for node in root.iter() if node.tag in (SVG + 'image', SVG + 'text')], path
        for pixels in (16, 32, 256):
            opacity = draw(path, pixels)
            assert opacity[0] == opacity[-1] == 0, f'{path} at {pixels} px has no free corners'
            filled = sum(alpha > 127 for alpha in opacity)
            assert 0.4 < filled / pixels ** 2 < 0.9, f'{path} at {pixels} px fills {filled}'
        if size == 16:
            colours = set(re.findall(r'fill="(#\w+)"', path.read_text(encoding='utf-8')))
            assert len(colours) == 1, 'a symbolic icon has one colour'


for test in (test_metainfo, test_start, test_icons):
    test()
