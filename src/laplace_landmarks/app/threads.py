"""--threads, for what does not ask for them itself."""

import cv2


def use_threads(threads: int) -> None:
    """Lets opencv use as many threads as the network: it cuts and scales large pictures in a pool of its own, which is
    the process's, so that only a program, and no library, may settle its size. To be called when a detector has
    checked the number."""
    cv2.setNumThreads(int(threads))
