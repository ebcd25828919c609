"""The ways to place crops that the pages tell by name, as results name them."""

TRUE = "true points"
UPRIGHT = "true points, turned as the face is"
FOUND = "MTCNN's points"
HIDDEN = "true points, something drawn before the face"
