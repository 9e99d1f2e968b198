"""The test with people of Zhang, Isola, Efros: Colorful Image Colorization, ECCV 2016, section 3.1
(“perceptual realism”, the last column of Table 1), as a page of the site.

Taken over: pairs of a photo and its fake, which has the lightness of the photo and the colours of a
network; at 256 by 256 pixels, each for one second; then unlimited time to say which one has the
colours made by a computer. Practice pairs first, with feedback, which are not counted; none
afterwards. A tenth of the pairs has the colours of another photo, to see that people look. One
network in each session. The share of fakes that people took for the photo, with a bootstrap.

Changed: 20 pairs with 5 for practice, where the paper has 40 with 10 (which is the longer round
here), and fewer where there are few photos. The two photos appear in the same place, one after the
other with a grey pattern between, so that they are as large on a phone. People may play again;
each photo counts once for each person, the first time that they see it. Those who overlook the
other photo's colours are left out of the figures (the paper reports that 87 % of these were
noticed). The interval is of 95 %, and over people and photos, where the paper gives a standard
error.
"""
