# SPDX-License-Identifier: GPL-2.0-or-later
"""Contrast and difference of two colours, also for the colour-blind.

Colours are (red, green, blue), 0 to 255. Colour blindness is simulated by the matrices of Machado,
Oliveira and Fernandes (2009), severity 1, in linear RGB.
"""

EYES = {
    "ordinary": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopic": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopic": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopic": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}
# Linear sRGB to CIE XYZ, with the white point D65.
XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.95047, 1.0, 1.08883)


def apply(matrix, vector):
    """Return the product of a matrix and a vector."""
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def linear(colour):
    """Convert an sRGB colour to linear RGB, 0 to 1."""
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in (part / 255 for part in colour)]


def contrast(one, other):
    """Return the contrast ratio of two colours (WCAG 2), 1 to 21."""
    dark, light = sorted(apply(XYZ, linear(colour))[1] for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour, eyes):
    """Convert a colour, as seen with these eyes, to CIE 1976 L*a*b*."""
    seen = [min(1, max(0, part)) for part in apply(EYES[eyes], linear(colour))]
    x, y, z = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116
               for part in (value / white for value, white in zip(apply(XYZ, seen), WHITE)))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one, other, eyes):
    """Return the CIE 1976 difference of two colours as seen with these eyes."""
    return sum((a - b) ** 2 for a, b in zip(lab(one, eyes), lab(other, eyes))) ** 0.5
