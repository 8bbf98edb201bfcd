"""What people read, in Spanish and English, when the page's server cannot show them what they asked for."""

import json
from html import escape

_TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "closed": {
        "es": (
            "Esta página está cerrada",
            "Ábrela con la dirección completa que escribió `testimonio review`; vale mientras ese programa esté en marcha.",
        ),
        "en": (
            "This page is closed",
            "Open it with the whole address that `testimonio review` printed; it holds as long as that program runs.",
        ),
    },
    "host": {
        "es": ("Dirección equivocada", "Este servidor no atiende con ese nombre; usa la dirección que escribió."),
        "en": ("Wrong address", "This server does not answer to that name; use the address that it printed."),
    },
    "origin": {
        "es": ("No se ha cambiado nada", "Un cambio solo puede venir de la página misma; vuelve a cargarla."),
        "en": ("Nothing was changed", "A change can only come from the page itself; load it again."),
    },
    "method": {
        "es": ("No se entiende la petición", "Vuelve a la página."),
        "en": ("The request is not understood", "Go back to the page."),
    },
    "too-large": {
        "es": ("Es demasiado grande", "Una petición puede tener un mebibyte como mucho; envía menos de una vez."),
        "en": ("That is too large", "A request may have one mebibyte at most; send less at a time."),
    },
    "not-found": {
        "es": ("Aquí no hay nada", "Vuelve a la página de la película."),
        "en": ("There is nothing here", "Go back to the film's page."),
    },
    "unforeseen": {
        "es": ("Ha ocurrido algo imprevisto", "Lo guardado está guardado. Prueba otra vez y, si se repite, avísanos."),
        "en": ("Something unforeseen happened", "What was saved is saved. Try again; if it happens again, report it."),
    },
}
_LINK = {"es": "Ir a la página", "en": "Go to the page"}


def error_page(why: str, accepted: str) -> bytes:
    """Return a whole page that says `why` in both languages, the one that the browser asks for (`accepted`) first."""
    first = "en" if _prefers_english(accepted) else "es"
    order = (first, "es" if first == "en" else "en")
    parts = "".join(_section(why, language) for language in order)
    title = escape(_TEXTS[why][first][0])
    page = (
        f'<!DOCTYPE html>\n<html lang="{first}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>'
        f"<body><main>{parts}</main></body></html>\n"
    )
    return page.encode()


def problem_json(why: str) -> bytes:
    """Return the same for the page's own requests."""
    problem, cure = _TEXTS[why]["en"]
    return json.dumps({"problem": problem, "cure": cure, "kind": why, "code": why}).encode()


def _section(why: str, language: str) -> str:
    head, cure = _TEXTS[why][language]
    # A link from here is followed with the cookie, which a browser keeps back when another site led to us.
    return (
        f'<section lang="{language}"><h1>{escape(head)}</h1><p>{escape(cure)}</p><p><a href="/">{_LINK[language]}</a></p>'
        "</section>"
    )


def _prefers_english(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        tag = part.split(";")[0].strip().partition("-")[0]
        if tag in {"es", "en"}:
            return tag == "en"
    return False
