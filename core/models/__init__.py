from core.models.accounts import User
from core.models.applied_file import AppliedFile
from core.models.calendar import CalendarDay
from core.models.content import Download, MenuLink, NewsItem
from core.models.families import Child, Guardian, Household
from core.models.mail import OutgoingMail
from core.models.notifications import NotificationChoice
from core.models.office import StaffTask
from core.models.places import Establishment
from core.models.town import Branding, CommuneSettings
from core.models.year_changes import YearChange, YearChangeLine

__all__ = [
    "AppliedFile",
    "Branding",
    "CalendarDay",
    "Child",
    "CommuneSettings",
    "Download",
    "Establishment",
    "Guardian",
    "Household",
    "MenuLink",
    "NewsItem",
    "NotificationChoice",
    "OutgoingMail",
    "StaffTask",
    "User",
    "YearChange",
    "YearChangeLine",
]
