"""`python -m laplace_landmarks`: the command line."""

from laplace_landmarks.app.cli import main

if __name__ == "__main__":
    main()
