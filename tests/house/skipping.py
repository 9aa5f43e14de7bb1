"""How a test that is a script says that it cannot run here: skipped_tests.py reads the reason, CTest the exit code."""
import pathlib
import sys

EXIT_CODE = 77  # SKIP_RETURN_CODE in CMakeLists.txt


def skip(reason):
    """Ends the test. The reason is one that no data can cure."""
    script = pathlib.Path(sys.argv[0]).name
    print(f"{script}: Skipped\nplatform: {reason}\n\n[  SKIPPED ] {script.removesuffix('_test.py')}")
    sys.exit(EXIT_CODE)
