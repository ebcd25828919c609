"""Pictures of what a detector found: faces, their heatmaps, models side by side."""

from laplace_landmarks.runtime.drawing.faces import draw_faces as draw_faces
from laplace_landmarks.runtime.drawing.heatmaps import draw_heatmaps as draw_heatmaps
from laplace_landmarks.runtime.drawing.labels import legend as legend
from laplace_landmarks.runtime.drawing.sheets import seen_in as seen_in
from laplace_landmarks.runtime.drawing.sheets import sheet_of as sheet_of
from laplace_landmarks.runtime.drawing.sheets import side_by_side as side_by_side
from laplace_landmarks.runtime.drawing.style import Style as Style
