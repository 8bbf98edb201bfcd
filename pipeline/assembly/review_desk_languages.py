"""What languages are called in the two languages of the page."""

_NAMES = {
    "ar": ("árabe", "Arabic"),
    "ay": ("aimara", "Aymara"),
    "ca": ("catalán", "Catalan"),
    "cs": ("checo", "Czech"),
    "da": ("danés", "Danish"),
    "de": ("alemán", "German"),
    "el": ("griego", "Greek"),
    "en": ("inglés", "English"),
    "es": ("español", "Spanish"),
    "eu": ("euskera", "Basque"),
    "fa": ("persa", "Persian"),
    "fi": ("finés", "Finnish"),
    "fr": ("francés", "French"),
    "gl": ("gallego", "Galician"),
    "gn": ("guaraní", "Guarani"),
    "he": ("hebreo", "Hebrew"),
    "hi": ("hindi", "Hindi"),
    "ht": ("criollo haitiano", "Haitian Creole"),
    "id": ("indonesio", "Indonesian"),
    "it": ("italiano", "Italian"),
    "ja": ("japonés", "Japanese"),
    "ko": ("coreano", "Korean"),
    "nl": ("neerlandés", "Dutch"),
    "no": ("noruego", "Norwegian"),
    "pl": ("polaco", "Polish"),
    "pt": ("portugués", "Portuguese"),
    "qu": ("quechua", "Quechua"),
    "ro": ("rumano", "Romanian"),
    "ru": ("ruso", "Russian"),
    "sv": ("sueco", "Swedish"),
    "sw": ("suajili", "Swahili"),
    "tr": ("turco", "Turkish"),
    "uk": ("ucraniano", "Ukrainian"),
    "ur": ("urdu", "Urdu"),
    "vi": ("vietnamita", "Vietnamese"),
    "zh": ("chino", "Chinese"),
}


def names_of(code: str) -> dict[str, str]:
    """Return a language's name in Spanish and in English; one that is not known here goes by its code."""
    main, _, region = code.partition("-")
    spanish, english = _NAMES.get(main.lower(), (main, main))
    behind = f" ({region})" if region else ""
    return {"es": f"{spanish}{behind}", "en": f"{english}{behind}"}
