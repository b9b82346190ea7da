"""PDF files written by hand, a line of Helvetica below the other."""

import textwrap


def make_pdf(*pages: list[str], title: str = "", encrypted: bool = False) -> bytes:
    """Return a PDF of some pages of lines; one that begins with "# " has large letters."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        stream = f"BT 14 TL 50 780 Td {' T* '.join(map(_show, lines))} ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    objects.append(f"<< /Title ({_escape(title)}) >>")
    return _assemble(objects, encrypted=encrypted)


def _assemble(objects: list[str], *, encrypted: bool) -> bytes:
    body = b"%PDF-1.7\n"
    offsets = []
    for number, source in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{source}\nendobj\n".encode("cp1252")
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{offset:010d} 00000 n \n" for offset in offsets
    )
    lock = f" /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'00' * 32}> /U <{'11' * 32}> >>" * encrypted
    trailer = (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R{lock} "
        f"/ID [<{'22' * 16}> <{'22' * 16}>] >>\nstartxref\n{len(body)}\n%%EOF\n"
    )
    return body + table.encode() + trailer.encode()


def _show(line: str) -> str:
    size, text = (16, line[2:]) if line.startswith("# ") else (10, line)
    return f"/F1 {size} Tf ({_escape(text)}) Tj" if text else ""


def _escape(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def wrap(text: str, width: int = 80) -> list[str]:
    """Break a text into lines."""
    return textwrap.wrap(text, width)
