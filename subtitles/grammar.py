"""The small words of a language: what a reader expects to find together, and where a breath may be taken.

Only closed classes stand here. A language without an entry is broken at punctuation alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """Word classes of one language, in lower case.

    `leaders` belong to the word behind them (articles, possessives, numerals); `prepositions` too, and a break goes before
    them, as before `conjunctions`; `helpers` (auxiliaries, negations, unstressed pronouns) belong to the verb behind them.
    `particles` stand inside names; `abbreviations` end in a full stop that ends no sentence.
    """

    leaders: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    conjunctions: frozenset[str] = frozenset()
    helpers: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SPANISH = Grammar(
    leaders=_words(
        "el la los las un una unos unas lo al del este esta estos estas ese esa esos esas aquel aquella "
        "aquellos aquellas mi mis tu tus su sus nuestro nuestra nuestros nuestras vuestro vuestra vuestros "
        "vuestras cada todo toda todos todas otro otra otros otras algún alguna algunos algunas ningún "
        "ninguna muchos muchas pocos pocas varios varias cuántos cuántas qué muy tan más dos tres cuatro "
        "cinco seis siete ocho nueve diez once doce quince veinte treinta cuarenta cincuenta sesenta setenta "
        "ochenta noventa cien ciento mil primer primera segundo segunda tercer tercera gran buen mal san "
        "santa santo don doña"
    ),
    prepositions=_words(
        "a ante bajo con contra de desde durante en entre hacia hasta mediante para por según sin sobre tras al del"
    ),
    conjunctions=_words(
        "y e o u ni pero sino aunque porque pues que si cuando mientras como donde quien quienes cual cuales cuyo cuya"
    ),
    helpers=_words(
        "no nunca me te se nos os le les ya he has ha hemos habéis han había habías habíamos habían hube hubo "
        "hubieron habré habrá habrán habría habrían haya hayan hubiera hubieran voy vas va vamos van iba "
        "íbamos iban estoy está estamos están estaba estábamos estaban puedo puede podemos pueden podía "
        "podían quiero quiere queremos quieren tengo tiene tenemos tienen tenía tenían debe deben debía soy "
        "es somos son era éramos eran fue fueron"
    ),
    particles=_words("de del la las los"),
    abbreviations=_words(
        "sr. sra. srta. sres. dr. dra. prof. d. dña. ud. uds. vd. vds. av. avda. núm. pág. ej. st. sta. ee.uu."
    ),
)

_ENGLISH = Grammar(
    leaders=_words(
        "the a an this that these those my your his her its our their each every some any no another many few "
        "several both all very so too more most what which whose one two three four five six seven eight nine "
        "ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand "
        "first second third"
    ),
    prepositions=_words(
        "about above across after against along among around at before behind below beneath beside between "
        "beyond by down during for from in inside into like near of off on onto out outside over past through "
        "throughout to toward towards under until up upon with within without"
    ),
    conjunctions=_words(
        "and or nor but so yet because although though while when where whereas if unless that which who whom "
        "since as than"
    ),
    helpers=_words(
        "i you he she it we they not never don't doesn't didn't can't won't isn't aren't wasn't weren't "
        "couldn't wouldn't shouldn't haven't hasn't hadn't am is are was were be been being have has had do "
        "does did will would shall should can could may might must i'm you're we're they're he's she's it's "
        "i've you've we've they've i'd we'd i'll we'll they'll there's let's"
    ),
    particles=_words("of the de del la van von da di bin al"),
    abbreviations=_words("mr. mrs. ms. dr. prof. st. jr. sr. vs. e.g. i.e. u.s. u.k."),
)

_NONE = Grammar()
_GRAMMARS = {"es": _SPANISH, "en": _ENGLISH}


def grammar_of(language: str) -> Grammar:
    """Return the grammar of a language code; `es-PE` counts as `es`. Empty where the language is not known here."""
    return _GRAMMARS.get(language.lower().partition("-")[0], _NONE)
