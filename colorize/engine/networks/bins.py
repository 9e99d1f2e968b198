"""The 313 ab bins of Zhang, Isola, Efros 2016: the cells of a grid of 10 that contain colours.

In the order of the paper's pts_in_hull.npy: by a, then by b.
"""

import numpy as np

STEP = 10
# For each a from -90 to 100, the first and the last b.
ROWS = [
    (50, 90),
    (20, 90),
    (0, 90),
    (-20, 90),
    (-30, 100),
    (-40, 100),
    (-50, 100),
    (-50, 100),
    (-60, 100),
    (-70, 100),
    (-80, 90),
    (-80, 90),
    (-90, 90),
    (-100, 90),
    (-100, 80),
    (-110, 80),
    (-110, 80),
    (-110, 70),
    (-110, 70),
    (-90, 0),
]
CENTRES = np.array(
    [
        (-90 + STEP * n, b)
        for n, (first, last) in enumerate(ROWS)
        for b in range(first, last + 1, STEP)
    ],
    np.float32,
)
