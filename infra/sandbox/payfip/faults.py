"""PayFiP's refusals: the codes and words it answers, as far as they are known."""

FUNCTIONAL = "FonctionnelleErreur"
TECHNICAL = ("TechDysfonctionnementErreur", "TechIndisponibiliteErreur", "TechProtocolaireErreur")
KINDS = (FUNCTIONAL, *TECHNICAL)

# Recorded from the real server: A2, P1, P5, R3. The other words are ours.
WORDS = {
    "A1": "L'adresse mél est obligatoire.",
    "A2": "Adresse mél incorrecte. ",
    "D1": "Le format du paramètre URLREDIRECT n'est pas conforme",
    "M1": "Le format du paramètre MONTANT n'est pas conforme",
    "M3": "Le montant est inférieur au minimum autorisé",
    "M5": "Le montant est supérieur au maximum autorisé",
    "N1": "Le format du paramètre URLNOTIF n'est pas conforme",
    "O1": "Le format du paramètre OBJET n'est pas conforme",
    "P1": "IdOp incorrect.",
    "P3": "IdOp déjà utilisé.",
    "P4": "IdOp créé depuis plus de 15 minutes.",
    "P5": "Résultat de la transaction non connu.",
    "R3": "Le format du paramètre REFDET n'est pas conforme",
    "S1": "Le format du paramètre SAISIE n'est pas conforme",
    "T1": "Le format du paramètre NUMCLI n'est pas conforme",
    "T2": "Le numéro client est inconnu",
}


class Fault(Exception):  # noqa: N818 - SOAP's own word
    """An answer of the web service that is a refusal (functional) or a breakdown (technical)."""

    def __init__(self, code: str, *, kind: str = FUNCTIONAL, words: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind
        self.words = words or WORDS.get(code, "")
