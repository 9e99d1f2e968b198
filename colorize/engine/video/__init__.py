"""Films, from bytes to bytes: opened, cut into pieces, coloured steadily, joined. Knows no Django.

PyAV is imported only where a file is opened, in a child process; see `child`.
"""
