# SPDX-License-Identifier: GPL-2.0-or-later
"""Two kinds of plot as SVG text: stacked bars, and lines over log-log axes."""
import math
from xml.sax.saxutils import escape

COLOURS = ('#4269d0', '#efb118', '#ff725c', '#6cc5b0', '#3ca951', '#a463f2')
WIDTH = 760
HEAD = ('<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" '
        'viewBox="0 0 {0} {1}" font-family="sans-serif" font-size="13">\n'
        '<!-- SPDX-License-Identifier: GPL-2.0-or-later; '
        'written by tests/bench/page.py -->\n'
        '<rect width="100%" height="100%" fill="white"/>\n')


def text(x, y, what, anchor='start'):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">' \
           f'{escape(what)}</text>\n'


def rectangle(x, y, width, height, colour):
    return (f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" '
            f'height="{height}" fill="{colour}"/>\n')


def bars(title, rows, unit):
    """rows: [(name, [(part, value)])]; the parts of a row end to end."""
    parts = list(dict.fromkeys(part for _, row in rows for part, _ in row))
    longest = max(sum(value for _, value in row) for _, row in rows)
    left, scale = 150, (WIDTH - 150 - 110) / longest
    height = 50 + 34 * len(rows) + 20 * len(parts)
    out = HEAD.format(WIDTH, height) + text(10, 22, title)
    for number, (name, row) in enumerate(rows):
        y, x = 40 + 34 * number, left
        out += text(left - 8, y + 16, name, 'end')
        for part, value in row:
            out += rectangle(x, y, value * scale, 24,
                             COLOURS[parts.index(part) % len(COLOURS)])
            x += value * scale
        out += text(x + 6, y + 16,
                    f'{sum(value for _, value in row):,.0f} {unit}')
    for number, part in enumerate(parts):
        y = 52 + 34 * len(rows) + 20 * number
        out += rectangle(left, y, 12, 12, COLOURS[number % len(COLOURS)])
        out += text(left + 18, y + 11, part)
    return out + '</svg>\n'


def lines(title, series, x_name, y_name):
    """series: {name: [(x, y)]}, both axes logarithmic to the base of 2."""
    points = [point for row in series.values() for point in row]
    low = [math.floor(math.log2(min(p[i] for p in points))) for i in (0, 1)]
    high = [math.ceil(math.log2(max(p[i] for p in points))) for i in (0, 1)]
    high = [max(high[i], low[i] + 1) for i in (0, 1)]
    left, top, right, bottom = 90, 40, WIDTH - 190, 340

    def place(point):
        part = [(math.log2(point[i]) - low[i]) / (high[i] - low[i])
                for i in (0, 1)]
        return left + part[0] * (right - left), bottom - part[1] * (bottom - top)

    out = HEAD.format(WIDTH, 390) + text(10, 22, title)
    for power in range(low[0], high[0] + 1):
        x, _ = place((2 ** power, 2 ** low[1]))
        out += f'<path d="M{x:.1f} {top}V{bottom}" stroke="#ddd"/>\n'
        out += text(x, bottom + 18, f'{2 ** power:g}', 'middle')
    for power in range(low[1], high[1] + 1):
        _, y = place((2 ** low[0], 2 ** power))
        out += f'<path d="M{left} {y:.1f}H{right}" stroke="#ddd"/>\n'
        out += text(left - 6, y + 4, f'{2 ** power:,g}', 'end')
    out += text((left + right) / 2, bottom + 38, x_name, 'middle')
    out += text(left - 70, top - 4, y_name)
    for number, (name, row) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = ' '.join('{:.1f},{:.1f}'.format(*place(p)) for p in row)
        out += (f'<polyline points="{path}" fill="none" stroke="{colour}" '
                'stroke-width="2"/>\n')
        for point in row:
            x, y = place(point)
            out += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>\n'
        out += rectangle(right + 14, top + 20 * number, 12, 12, colour)
        out += text(right + 32, top + 11 + 20 * number, name)
    return out + '</svg>\n'
