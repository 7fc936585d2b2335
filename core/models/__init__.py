from core.models.accounts import User
from core.models.applied_file import AppliedFile
from core.models.audit import AuditEntry
from core.models.calendar import CalendarDay
from core.models.child_file import (
    ChildFact,
    ChildMeal,
    FieldPolicy,
    FileChange,
    HealthReading,
    HealthRecord,
    MealChoice,
    PickupPhoto,
)
from core.models.content import Download, LegalText, MenuLink, NewsItem, Question
from core.models.conversations import (
    CannedAnswer,
    ContactSubject,
    Conversation,
    ConversationMessage,
    MessageFile,
)
from core.models.custody import Custody
from core.models.documents import DocumentKind, DocumentPage, DraftPage, FamilyDocument
from core.models.families import Child, Guardian, Household
from core.models.household_merges import HouseholdMerge
from core.models.imports import FileImport, ImportLine
from core.models.mail import OutgoingMail
from core.models.mail_texts import MailSettings, MailText
from core.models.mailings import Mailing, MailingRecipient
from core.models.menus import MenuDish
from core.models.notifications import NotificationChoice
from core.models.office import FamilyNote, StaffTask
from core.models.places import Establishment
from core.models.privacy import DataRequest, RetentionProposal
from core.models.registrations import FamilyRegistration, RegisteredChild
from core.models.regulations import Agreement, Regulation, RegulationVersion
from core.models.roles import RoleGrant
from core.models.security import (
    OpenSession,
    RecoveryCode,
    SecondFactor,
    SecuritySettings,
    TrustedDevice,
)
from core.models.settings_changes import SettingsChange
from core.models.sms import OutgoingSms
from core.models.town import Branding, CommuneSettings
from core.models.year_changes import YearChange, YearChangeLine

__all__ = [
    "Agreement",
    "AppliedFile",
    "AuditEntry",
    "Branding",
    "CalendarDay",
    "CannedAnswer",
    "Child",
    "ChildFact",
    "ChildMeal",
    "CommuneSettings",
    "ContactSubject",
    "Conversation",
    "ConversationMessage",
    "Custody",
    "DataRequest",
    "DocumentKind",
    "DocumentPage",
    "Download",
    "DraftPage",
    "Establishment",
    "FamilyDocument",
    "FamilyNote",
    "FamilyRegistration",
    "FieldPolicy",
    "FileChange",
    "FileImport",
    "Guardian",
    "HealthReading",
    "HealthRecord",
    "Household",
    "HouseholdMerge",
    "ImportLine",
    "LegalText",
    "MailSettings",
    "MailText",
    "Mailing",
    "MailingRecipient",
    "MealChoice",
    "MenuDish",
    "MenuLink",
    "MessageFile",
    "NewsItem",
    "NotificationChoice",
    "OpenSession",
    "OutgoingMail",
    "OutgoingSms",
    "PickupPhoto",
    "Question",
    "RecoveryCode",
    "RegisteredChild",
    "Regulation",
    "RegulationVersion",
    "RetentionProposal",
    "RoleGrant",
    "SecondFactor",
    "SecuritySettings",
    "SettingsChange",
    "StaffTask",
    "TrustedDevice",
    "User",
    "YearChange",
    "YearChangeLine",
]
