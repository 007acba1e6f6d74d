"""`python -m nnl2_demo` is `nnl2-demo`."""

from nnl2_demo.cli import main

if __name__ == "__main__":
    main()
