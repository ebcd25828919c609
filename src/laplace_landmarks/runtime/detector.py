"""A model file, running: pictures in, faces with landmarks and their spread out."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture, is_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule, tight_box
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.given import check_boxes, check_picture, each, each_picture, found_faces, several
from laplace_landmarks.runtime.looks import Look, Looks
from laplace_landmarks.runtime.mirror_image import check_mirrored, mean_of_both, with_mirror_images
from laplace_landmarks.runtime.model_info import WITH_HEATMAPS, ModelInfo
from laplace_landmarks.runtime.network import Network
from laplace_landmarks.runtime.released import DEFAULT, find_model_file
from laplace_landmarks.session import provider_names


class LandmarkDetector:
    """Finds faces, or other objects, and their landmarks; may be called from several threads at once.

    model: the name of a released model, or the path of a model file.
    threads: processor threads that one call's networks use. opencv, which cuts the crops, has threads of its own for
        large pictures, for the whole process: cv2.setNumThreads(1) is one.
    providers: where it runs, in order of preference: "cpu", "cuda", "coreml", "directml" or onnxruntime's own names;
        None is the processor.
    finder: what finds faces where a call names no places: any callable that takes a picture and returns FoundFace
        objects, boxes (N, 4) or boxes with scores (N, 5), best first. None is what the model file says: MTCNN for a
        model of faces, started when first needed; the whole picture for one of objects that fill it; for any other
        model a call must name the places.
    refine: how often to look again, in the crop that the landmarks found so far place; None: once where a box placed
        the first crop of a face, and once where it leans by more than 5 degrees against its crop, as was measured to be
        best (docs/running.md). A model of whole pictures never looks again.
    upright: turn a face's crop as its five points are, so that the network, which has learned from upright faces, sees
        one; False cuts it along the picture's axes, as the paper does. Other objects are never turned.
    box_rule: how a box becomes a crop, where yours are drawn otherwise than the model wants them; box_factor and
        box_shift count. faces.boxes.fit_box_rule makes one of boxes and crops of the same faces (docs/running.md).
    mirrored: look at the mirror image of each crop, too, and take the mean: smaller errors for twice the time.
    """

    info: ModelInfo
    mirrored: bool

    def __init__(
        self,
        model: str | Path = DEFAULT,
        threads: int = 1,
        providers: str | Sequence[str] | None = None,
        finder: Callable[[Picture], Any] | None = None,
        refine: int | None = None,
        upright: bool = True,
        box_rule: CropRule | None = None,
        mirrored: bool = False,
    ) -> None:
        if refine is not None and not (is_whole(refine) and refine >= 0):
            raise InputError(f"refine is how often to look again, a whole number of 0 or more, not {refine!r}")
        if finder is not None and not callable(finder):
            raise InputError(f"finder is something to call with a picture, not {finder!r}")
        if box_rule is not None and not isinstance(box_rule, CropRule):
            raise InputError(f"box_rule is a CropRule, as fit_box_rule makes it, not {box_rule!r}")
        self._providers, self._threads = provider_names(providers), threads
        self._network = Network(find_model_file(model), threads, self._providers)
        self.info = self._network.info
        self._looks = Looks(self.info, refine, upright, box_rule)
        self._finder, self._lock = finder, Lock()
        self.mirrored = mirrored
        if mirrored:
            check_mirrored(self.info.markup)

    def __call__(
        self, picture: Picture, *, boxes: Any = None, anchors: Any = None, heatmaps: bool = False
    ) -> tuple[Face, ...]:
        """The faces of a picture, in its pixels: at these boxes or anchors in their order, or all that are found.

        A model of whole pictures looks at the whole picture, unless boxes name parts of it that are like one.

        boxes: a tight box (4,) or several.
        anchors: the markup's anchor points, (A, 2) of one face or a sequence of such of several; for a face: eye
            centres, nose tip, mouth corners. All K landmarks will do as well.
        heatmaps: keep each face's heatmaps; not every model file has them.
        """
        return self._faces([self._at(picture, boxes, anchors)], heatmaps)[0]

    def batch(
        self, pictures: Iterable[Picture], *, boxes: Any = None, anchors: Any = None, heatmaps: bool = False
    ) -> tuple[tuple[Face, ...], ...]:
        """The same for several pictures, whose faces share the network's runs: a tuple of faces for each picture.

        boxes, anchors: one entry a picture, each as in a call.
        """
        pictures = several(pictures)
        nothing = [None] * len(pictures)
        of_boxes = nothing if boxes is None else each_picture(boxes, len(pictures), "boxes")
        of_anchors = nothing if anchors is None else each_picture(anchors, len(pictures), "anchors")
        looks = [self._at(*each_) for each_ in zip(pictures, of_boxes, of_anchors, strict=True)]
        return self._faces(looks, heatmaps)

    def on_crops(
        self, crops: NDArray[np.uint8], heatmaps: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32] | None]:
        """Landmarks (N, K, 2), spread (N, K, 2) and, when asked for, heatmaps (N, K, size, size), in crop pixels."""
        return self._on_crops(crops, heatmaps, self.mirrored)

    def _on_crops(
        self, crops: NDArray[np.uint8], heatmaps: bool, mirrored: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32] | None]:
        size, count = self.info.crop.size, len(self.info.markup)
        if not isinstance(crops, np.ndarray):
            raise InputError(f"crops must be a numpy array, uint8 (N, {size}, {size}, 3), not {type(crops).__name__}")
        if crops.dtype != np.uint8 or crops.shape[1:] != (size, size, 3):
            raise InputError(f"crops must be uint8 (N, {size}, {size}, 3), not {crops.dtype} {crops.shape}")
        if heatmaps and "heatmaps" not in self.info.outputs:
            raise InputError(f"model {self.info.name} gives no heatmaps; {WITH_HEATMAPS} (export --variant float32)")
        names = self.info.outputs if heatmaps else self.info.outputs[:2]
        shapes = {"heatmaps": (0, count, size, size)}
        nothing = [np.empty(shapes.get(name, (0, count, 2)), np.float32) for name in names]
        looks = with_mirror_images(crops) if mirrored else crops
        outputs = self._network.run(names, looks) if len(crops) else nothing
        landmarks, spread, *maps = mean_of_both(outputs, self.info.markup, size) if mirrored else outputs
        if not (np.isfinite(landmarks).all() and np.isfinite(spread).all()):
            raise InputError(f"model {self.info.name} gives landmarks that are no numbers: its weights are broken")
        return landmarks, spread, maps[0] if maps else None

    def __repr__(self) -> str:
        return f"LandmarkDetector({self.info.name!r}: {self.info.markup.name}; {self.info.licence})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a LandmarkDetector can be neither pickled nor copied, because onnxruntime's sessions cannot: make one in "
            "each process, LandmarkDetector(model); the threads of one process may share it"
        )

    def _at(self, picture: Picture, boxes: Any, anchors: Any) -> list[Look]:
        """Where the faces of one picture are, as the caller says or the finder."""
        check_picture(picture)
        if anchors is not None and boxes is not None:
            raise InputError("say where the faces are by boxes= or by anchors=, not by both")
        if boxes is not None:
            given = [box.tolist() for box in each(boxes, 1, "boxes")]
            looks = [self._looks.at_box(picture, box) for box in given]
            check_boxes(picture, given)
            return looks
        if anchors is not None:
            return [self._looks.at_anchors(picture, points) for points in each(anchors, 2, "anchors")]
        if self._finder is None and self.info.crop.whole_picture:
            return [self._looks.at_all(picture)]
        found = found_faces(self._find(picture))
        try:
            return [self._looks.at_found(picture, face) for face in found]
        except InputError as error:
            raise InputError(f"the finder gave a face that has no place: {error}") from None

    def _find(self, picture: Picture) -> Any:
        with self._lock:  # two threads' first pictures must not start two finders
            if self._finder is None:
                self.check_finds()
                from laplace_landmarks.faces.mtcnn import MTCNN  # only where it is needed: three more networks

                self._finder = MTCNN(threads=self._threads, providers=self._providers)
        return self._finder(picture)

    def check_finds(self) -> None:
        """InputError where a call must name the places, because nothing is there that would find them."""
        if self._finder is None and not self.info.finds:
            raise InputError(
                f"model {self.info.name} is not known to be of faces ({self.info.markup.name}), so it cannot find its "
                "objects: say where they are, by boxes= or anchors= (predict: --boxes or --points), or give a finder="
            )

    def _faces(self, looks: Sequence[Sequence[Look]], heatmaps: bool) -> tuple[tuple[Face, ...], ...]:
        """The faces of each picture; all crops of all pictures go through the network together."""
        together = [look for of_picture in looks for look in of_picture]
        more = [self._looks.count(look) for look in together]
        for turn in range(max(more, default=0)):
            due = [place for place, count in enumerate(more) if count > turn]
            for place, face in zip(due, self._run([together[place] for place in due]), strict=True):
                together[place] = self._looks.again(together[place], face)
        faces = self._run(together, heatmaps, self.mirrored)
        askew = [place for place, face in enumerate(faces) if self._looks.askew(face)]
        if askew:
            again = [self._looks.again(together[place], faces[place]) for place in askew]
            for place, face in zip(askew, self._run(again, heatmaps, self.mirrored), strict=True):
                faces[place] = face
        in_order = iter(faces)
        return tuple(tuple(next(in_order) for _ in of_picture) for of_picture in looks)

    def _run(self, looks: Sequence[Look], heatmaps: bool = False, mirrored: bool = False) -> list[Face]:
        """mirrored: not where it only places the next look."""
        size = self.info.crop.size
        cut = [look.crop.cut(look.picture) for look in looks]
        found, spread, maps = self._on_crops(np.array(cut, np.uint8).reshape(-1, size, size, 3), heatmaps, mirrored)
        faces = []
        for place, look in enumerate(looks):
            landmarks = look.crop.to_picture(found[place])
            faces.append(
                Face(
                    landmarks=_fixed(landmarks),
                    spread=_fixed(look.crop.spread_to_picture(spread[place])),
                    crop=look.crop,
                    box=tight_box(landmarks),
                    anchors=None if look.anchors is None else _fixed(look.anchors),
                    score=look.score,
                    heatmaps=None if maps is None else _fixed(maps[place]),
                    radii=self.info.calibration and self.info.calibration.radii,
                    picture=look.picture,
                    markup=self.info.markup,
                )
            )
        return faces


def _fixed(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array
