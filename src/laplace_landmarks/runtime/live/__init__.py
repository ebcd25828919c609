"""A camera or a video in a web page on this machine: the picture, what is found in it, and how long that takes."""

from laplace_landmarks.runtime.live.view import LiveView as LiveView
