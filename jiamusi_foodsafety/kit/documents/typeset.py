"""Sets one typst source; run by its path, in a process of its own (see pdf.py).

    python typeset.py SOURCE ROOT < data.json > paper.pdf

The compiler keeps all that it ever set in memory, and a source may run long: both end with this process.
Nothing of the product is imported here. Exit status 3: no Chinese font; 4: the source failed.
"""

import resource
import sys
import tempfile

import typst

NO_FONT, FAILED = 3, 4
MEMORY, SECONDS = 3 * 1024**3, 90
# One of these must be there, or every character is an empty box (Debian: fonts-noto-cjk).
CHINESE = {
    "FangSong", "FangSong_GB2312", "STFangsong", "Noto Serif CJK SC", "Noto Sans CJK SC",
    "Source Han Serif SC", "Source Han Sans SC",
}  # fmt: skip


def typeset(source: str, root: str, data: str) -> bytes:
    """The PDF of `source` with `data` as sys.inputs.data; no package is looked for on the network."""
    fonts = typst.Fonts()
    if not CHINESE & set(fonts.families()):
        sys.exit(NO_FONT)
    with tempfile.TemporaryDirectory() as nothing:
        compiler = typst.Compiler(
            source,
            root=root,
            font_paths=fonts,
            sys_inputs={"data": data},
            package_path=nothing,
            package_cache_path=nothing,
        )
        try:
            return compiler.compile(format="pdf")
        except typst.TypstError as error:
            sys.stderr.write(str(error))
            sys.exit(FAILED)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    pdf = typeset(sys.argv[1], sys.argv[2], sys.stdin.buffer.read().decode())
    sys.stdout.buffer.write(pdf)
