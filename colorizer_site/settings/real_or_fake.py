"""The test with people: which of two photos is the fake?"""

from colorizer_site.settings.environment import BASE_DIR, DATA_DIR, env

# The folder of its photos; the networks that people judge, each with a vividness (by default the
# site's own); pairs in a round; and whether everybody sees how often people were fooled.
REAL_OR_FAKE_PHOTOS = env.folder("REAL_OR_FAKE_PHOTOS", BASE_DIR / "real_or_fake/photos")
REAL_OR_FAKE_COLOURS = env.vividnesses("REAL_OR_FAKE_COLOURS")
REAL_OR_FAKE_PAIRS = env.whole("REAL_OR_FAKE_PAIRS", 20, least=2)
REAL_OR_FAKE_PUBLIC = env.flag("REAL_OR_FAKE_PUBLIC", False)
# Where its pairs are kept; everything in there can be made again.
REAL_OR_FAKE_DIR = DATA_DIR / "real_or_fake"
