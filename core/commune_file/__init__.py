"""The town as a file: everything a commune configures, in one readable TOML document.

`services` checks, applies, exports and compares; `sections` says what a file is made of. Each application
registers its tables from its own ``commune_file`` module.
"""

from core.commune_file.child_file import ChildFileSection, MealsSection
from core.commune_file.help import AnswersSection, QuestionsSection, SubjectsSection
from core.commune_file.mail_texts import MailsSection, SendingSection
from core.commune_file.papers import DocumentsSection, RegulationsSection
from core.commune_file.places import DaysSection, PlacesSection
from core.commune_file.registration import RegistrationSection
from core.commune_file.sections import register
from core.commune_file.town import (
    DownloadSection,
    LookSection,
    MenuSection,
    NewsSection,
    TownSection,
    WelcomeSection,
)

register(
    TownSection,
    WelcomeSection,
    RegistrationSection,
    LookSection,
    MenuSection,
    NewsSection,
    DownloadSection,
    QuestionsSection,
    SubjectsSection,
    AnswersSection,
    SendingSection,
    MailsSection,
    PlacesSection,
    DaysSection,
    MealsSection,
    ChildFileSection,
    DocumentsSection,
    RegulationsSection,
)
